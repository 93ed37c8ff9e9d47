import type { z } from 'zod';
import { checkInput } from '../model/input-check.js';
import type { TradeEntry } from './trade-entries.js';

/** Checks a trade, and returns its entries to append. */
export type TradeTemplate<Trade> = (trade: Trade) => TradeEntry[];

const rulesByTemplate = new WeakMap<TradeTemplate<never>, z.ZodType>();

/**
 * Makes a template. Annotate the type of an exported template: without a type it accepts any
 * argument.
 *
 * @param entriesOf makes the entries of a trade that obeys the rules
 */
export function template<T>(
  rules: z.ZodType<T>,
  entriesOf: (checked: T) => TradeEntry[],
): TradeTemplate<unknown> {
  const checking = (trade: unknown) => entriesOf(checkInput('trade', rules, trade));
  rulesByTemplate.set(checking, rules);
  return checking;
}

/** The rules of the argument of a template. */
export function rulesOf(template: TradeTemplate<never>): z.ZodType {
  return rulesByTemplate.get(template) as z.ZodType;
}
