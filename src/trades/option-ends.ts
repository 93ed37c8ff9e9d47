import { z } from 'zod';
import { checkInput } from '../model/input-check.js';
import { anyLeg, optionContracts, optionDraft, sharesPerContract } from './options.js';
import type { Leg, OptionContracts } from './options.js';
import { symbolTrade } from './trade.js';
import type { SymbolTrade } from './trade.js';
import { cashIn, cashOut, entriesOf, feeDraft } from './trade-entries.js';
import type { EntryDraft, TradeEntry } from './trade-entries.js';

/** Assignment of short options. */
export interface OptionAssignment extends SymbolTrade, OptionContracts {}

/** Options that expired worthless. */
export interface OptionExpiration extends SymbolTrade, OptionContracts {
  leg: Leg;
  /** Side of the position: sold to open (`short`, the default) or bought to open (`long`). */
  side?: 'short' | 'long';
}

const assignment = symbolTrade.extend(optionContracts.shape);
const lapse = assignment.extend({
  leg: anyLeg,
  side: z.enum(['short', 'long'], 'must be one of short, long').optional(),
});

/**
 * Short puts assigned: an `expiration` entry of amount 0 for the options, an `assignment_shares`
 * entry for 100 shares per contract at the strike, − contracts × strike × 100, and a `fee` entry.
 *
 * @throws InvalidInputError
 */
export function putAssigned(trade: OptionAssignment): TradeEntry[] {
  const checked = checkInput('trade', assignment, trade);
  const { contracts, strike, expiration } = checked;
  return entriesOf(checked, [
    assignedDraft(checked, 'put'),
    {
      part: 'shares',
      type: 'assignment_shares',
      qty: cashIn(contracts, sharesPerContract),
      amount: cashOut(contracts, strike, sharesPerContract),
      strike,
      expiration,
      meta: { from: 'put' },
    },
    ...feeDraft(checked.fee, { template: 'tmplPutAssigned' }),
  ]);
}

/**
 * Short calls assigned: an `expiration` entry of amount 0 for the options, a `share_sale` entry for
 * 100 shares per contract at the strike, + contracts × strike × 100, and a `fee` entry.
 *
 * @throws InvalidInputError
 */
export function callAssigned(trade: OptionAssignment): TradeEntry[] {
  const checked = checkInput('trade', assignment, trade);
  const { contracts, strike, expiration } = checked;
  return entriesOf(checked, [
    assignedDraft(checked, 'call'),
    {
      part: 'shares',
      type: 'share_sale',
      qty: cashIn(contracts, sharesPerContract),
      amount: cashIn(contracts, strike, sharesPerContract),
      strike,
      expiration,
      meta: { from: 'call' },
    },
    ...feeDraft(checked.fee, { template: 'tmplCallAssigned' }),
  ]);
}

/**
 * Options that expired worthless: an `expiration` entry of amount 0, and a `fee` entry.
 * @throws InvalidInputError
 */
export function optionExpired(trade: OptionExpiration): TradeEntry[] {
  const checked = checkInput('trade', lapse, trade);
  const { leg, side = 'short' } = checked;
  const template = 'tmplExpired';
  const closes = side === 'short' ? 'sell_to_open' : 'buy_to_open';
  return entriesOf(checked, [
    { ...optionDraft(checked), type: 'expiration', amount: '0', meta: { leg, closes, template } },
    ...feeDraft(checked.fee, { template }),
  ]);
}

function assignedDraft(option: OptionContracts, leg: Leg): EntryDraft {
  return { ...optionDraft(option), type: 'expiration', amount: '0', meta: { leg, assigned: true } };
}
