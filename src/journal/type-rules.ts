import { isZero, type DecimalString } from '../model/decimal.js';
import { shown, type InputProblem } from '../model/input-check.js';
import { columnName } from '../model/sql-text.js';
import { entryTypes, type EntryType } from '../model/entry-type.js';
import type { NewEntry } from './new-entry.js';

/** Columns that only some types use. */
export const typedColumns = [
  'ratioTo',
  'ratioFrom',
  'targetSymbol',
  'targetStrike',
  'targetAccountId',
  'multiplier',
  'deliverable',
  'cost',
  'costShare',
  'acquiredOn',
  'section1256',
] as const;
type TypedColumn = (typeof typedColumns)[number];
type NeededColumn = TypedColumn | 'symbol' | 'strike' | 'expiration';

interface TypeRules {
  /** Columns that must have a value. */
  needs?: readonly NeededColumn[];
  /** Further columns of `typedColumns` that may have a value. */
  takes?: readonly TypedColumn[];
  amount?: AmountRule;
  /** `qty` must be more than 0; `new`: of new input only, because old journals have other rows. */
  quantity?: 'always' | 'new';
  /** `meta.leg` must be `put` or `call`. */
  leg?: true;
}

type AmountRule = keyof typeof amountRules;

const amountRules = {
  'must be 0': (amount: DecimalString) => isZero(amount),
  'must not be 0': (amount: DecimalString) => !isZero(amount),
};

const terms = ['multiplier', 'deliverable', 'section1256'] as const;
const ratio = ['ratioTo', 'ratioFrom'] as const;
const optionTrade: TypeRules = { takes: terms, quantity: 'new' };
const shareTrade: TypeRules = { quantity: 'new' };
const namedCash: TypeRules = { amount: 'must not be 0' };

/** What an entry of a type needs and may have, besides the rules of each column. */
const typeRules: Readonly<Record<EntryType, TypeRules>> = {
  sell_to_open: optionTrade,
  buy_to_close: optionTrade,
  buy_to_open: optionTrade,
  sell_to_close: optionTrade,
  expiration: { takes: terms },
  option_premium: { takes: terms },
  assignment_shares: shareTrade,
  share_sale: shareTrade,
  dividend: {},
  fee: {},
  transfer: {},
  correction: {},

  // `qty` is the number of fractional shares, and `amount` the cash for them: positive for shares
  // that are held, negative for shares that are sold short.
  split: { needs: ['symbol', ...ratio] },
  symbol_change: { needs: ['symbol', 'targetSymbol'], amount: 'must be 0' },
  // `amount` is the cash part of the price: negative for shares that are sold short.
  merger: { needs: ['symbol', 'targetSymbol', ...ratio] },
  spin_off: { needs: ['symbol', 'targetSymbol', ...ratio, 'costShare'] },
  return_of_capital: { needs: ['symbol'], amount: 'must not be 0' },
  option_adjustment: {
    needs: ['symbol', 'strike', 'expiration'],
    takes: ['targetSymbol', 'targetStrike', ...ratio, ...terms],
    leg: true,
    amount: 'must be 0',
  },
  position_transfer: {
    needs: ['symbol', 'targetAccountId'],
    takes: terms,
    quantity: 'always',
    amount: 'must be 0',
  },
  shares_received: {
    needs: ['symbol', 'cost'],
    takes: ['acquiredOn'],
    quantity: 'always',
    amount: 'must be 0',
  },

  interest: namedCash,
  dividend_in_lieu: namedCash,
  securities_lending: namedCash,
  withheld_tax: namedCash,
  rebate: namedCash,
};

/** Problems without the place of the entry. */
type Problem = Pick<InputProblem, 'property' | 'column' | 'value' | 'reason'>;

/**
 * The violations of the rules that combine columns of an entry. Call it only for an entry whose
 * columns are valid.
 *
 * @param isNew false for an entry of a backup or an imported file, which may break the rules of new
 * input because it was stored before them
 * @returns no problems for a valid entry
 */
export function typeProblems(entry: NewEntry, isNew: boolean): Problem[] {
  const { type } = entry;
  const { needs = [], takes = [], amount, quantity, leg } = typeRules[type];
  const problems: Problem[] = [];
  const add = (property: keyof NewEntry, reason: string) =>
    problems.push({ property, column: columnName(property), value: shown(entry[property]), reason });

  for (const property of needs)
    if (entry[property] == null) add(property, `must be given for the type ${type}`);
  for (const property of typedColumns)
    if (entry[property] != null && !isOneOf(property, needs) && !isOneOf(property, takes))
      add(property, `must be empty for the type ${type}; ${usersOf(property)} may have it`);
  if (amount && !amountRules[amount](entry.amount)) add('amount', `${amount} for the type ${type}`);
  if ((quantity === 'always' || (isNew && quantity)) && (entry.qty == null || isZero(entry.qty)))
    add('qty', `must be more than 0 for the type ${type}`);
  const found = entry.meta?.['leg'];
  if (leg && !isLeg(found))
    add('meta', `must have leg "put" or "call" for the type ${type}${adviceOn(found)}`);
  else if (isNew && found !== undefined && !isLeg(found))
    add('meta', `must have leg "put" or "call", or no leg${adviceOn(found)}`);
  addTypeProblems(entry, add);
  if (isNew) addNewProblems(entry, add);
  return problems;
}

type Add = (property: keyof NewEntry, reason: string) => void;

/** Rules of one type that the table cannot state. */
function addTypeProblems(entry: NewEntry, add: Add): void {
  switch (entry.type) {
    case 'symbol_change':
    case 'spin_off':
      if (entry.targetSymbol != null && entry.targetSymbol === entry.symbol)
        add('targetSymbol', 'must differ from symbol');
      break;
    case 'option_adjustment':
      if ((entry.ratioTo == null) !== (entry.ratioFrom == null))
        add(
          entry.ratioTo == null ? 'ratioTo' : 'ratioFrom',
          'must be given, because a ratio has two numbers',
        );
      if (adjusted.every((property) => entry[property] == null))
        add('type', `needs a value of at least one of ${adjusted.join(', ')}`);
      break;
    case 'position_transfer':
      if (entry.targetAccountId === entry.accountId) add('targetAccountId', 'must differ from accountId');
      if ((entry.strike == null) !== (entry.expiration == null))
        add(
          entry.strike == null ? 'strike' : 'expiration',
          'must be given for options; for shares, leave out both strike and expiration',
        );
      else if (entry.strike == null)
        for (const property of terms)
          if (entry[property] != null)
            add(property, 'must be empty for shares; for options, give strike and expiration');
      break;
  }
}

const adjusted = ['targetSymbol', 'targetStrike', ...ratio, 'multiplier', 'deliverable'] as const;

/** Rules of new input that stored journals break. */
function addNewProblems({ type, qty, symbol, targetSymbol, meta }: NewEntry, add: Add): void {
  if (type === 'expiration' && meta?.['assigned'] === true && (qty == null || isZero(qty)))
    add('qty', 'must be more than 0 for an assigned expiration: it closes contracts');
  // Figures would ignore another value: the expiration would close nothing, or the other side.
  if (type === 'expiration') {
    if (!isOneOrAbsent([true, false], meta?.['assigned']))
      add('meta', 'must have assigned true or false, or no assigned');
    if (!isOneOrAbsent(['sell_to_open', 'buy_to_open'], meta?.['closes']))
      add('meta', 'must have closes "sell_to_open" or "buy_to_open", or no closes');
  }
  // Figures would ignore the spelling. All other values of `from` belong to the application.
  const { from } = misspeltLegs(type, meta ?? {});
  if (from !== undefined) add('meta', `must have from "${from}" instead of ${shown(meta?.['from'])}`);
  if (hasBlanks(symbol)) add('symbol', blanksReason);
  if (hasBlanks(targetSymbol)) add('targetSymbol', blanksReason);
}

function adviceOn(leg: unknown): string {
  const meant = legMeantBy(leg);
  return meant === undefined ? '' : `: write ${meant} instead of ${shown(leg)}`;
}

/**
 * Returns `put` or `call` for each leg in `meta` that is spelt otherwise, such as `P` or `CALL`.
 * `from` of a share trade is the leg of the option that delivered the shares.
 */
export function misspeltLegs(
  type: EntryType,
  meta: Record<string, unknown>,
): Partial<Record<'leg' | 'from', 'put' | 'call'>> {
  const keys = typeRules[type] === shareTrade ? (['leg', 'from'] as const) : (['leg'] as const);
  return Object.fromEntries(
    keys.flatMap((key) => {
      const leg = legMeantBy(meta[key]);
      return leg === undefined || leg === meta[key] ? [] : [[key, leg]];
    }),
  );
}

function legMeantBy(spelling: unknown): 'put' | 'call' | undefined {
  return typeof spelling === 'string' ? spellings.get(spelling.trim().toLowerCase()) : undefined;
}

const spellings: ReadonlyMap<string, 'put' | 'call'> = new Map([
  ['p', 'put'],
  ['put', 'put'],
  ['c', 'call'],
  ['call', 'call'],
]);

function isOneOrAbsent(values: readonly unknown[], value: unknown): boolean {
  return value === undefined || values.includes(value);
}

function isLeg(value: unknown): boolean {
  return value === 'put' || value === 'call';
}

function isOneOf(property: TypedColumn, columns: readonly NeededColumn[]): boolean {
  return columns.includes(property);
}

export const blanksReason = 'must not begin or end with a blank';

export function hasBlanks(text: string | null | undefined): boolean {
  return text != null && text.trim() !== text;
}

/** The types that may have a column, in words. */
function usersOf(property: TypedColumn): string {
  return entryTypes.filter((type) => columnsOfType(type).includes(property)).join(', ');
}

/** The columns of `typedColumns` that an entry of a type may have. */
export function columnsOfType(type: EntryType): TypedColumn[] {
  const { needs = [], takes = [] } = typeRules[type];
  return typedColumns.filter((column) => isOneOf(column, needs) || isOneOf(column, takes));
}
