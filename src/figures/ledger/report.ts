import type { Holding, OptionPosition, Side } from './holdings.js';
import type { EntryType } from '../../model/entry-type.js';
import type { Day } from './calendar.js';
import type { LedgerEntry } from './ledger-entry.js';
import type { Lot, LotPart } from './lots.js';

const kinds = {
  dividend: 'dividends',
  fee: 'fees',
  interest: 'interest',
  dividend_in_lieu: 'paymentsInLieu',
  securities_lending: 'securitiesLending',
  withheld_tax: 'withheldTax',
  rebate: 'rebates',
} as const;

/** The members of realised profit. */
export type ProfitKind = 'options' | 'shares' | (typeof kinds)[keyof typeof kinds];

/** The member of profit to which an entry of income belongs. */
export const incomeKinds: Partial<Record<EntryType, ProfitKind>> = kinds;

/** The entry types that are income. */
export const incomeTypes = Object.keys(incomeKinds) as EntryType[];

/** A part of a lot that was closed. */
export interface Closing extends LotPart {
  /** Null for contracts that expired. */
  readonly closedBy: LedgerEntry | null;
  readonly holding: Holding;
  /** Null for shares. */
  readonly position: OptionPosition | null;
  readonly side: Side;
  /** The cash of the closing entry that belongs to this part: + received, − paid. */
  readonly cash: bigint;
  /** The day on which the cash counts. */
  readonly cashOn: Day;
  /** The day on which the lot is closed: an option that was closed late is closed by expiry. */
  readonly closedOn: Day;
}

/**
 * Receives the results of the ledger. Each report implements the members that it needs. Pieces and
 * amounts are in units of the eighth decimal place.
 */
export interface LedgerReport {
  /** A purchase opened long shares. The holding contains the lot already. */
  bought?(lot: Lot, holding: Holding): void;
  closed?(closing: Closing): void;
  /** A disallowed part of the loss of closed shares. The loss is positive. */
  disallowed?(closing: Closing, loss: bigint): void;
  /** Profit without a lot, of an entry or of a period that begins on `day`: + gained, − lost. */
  income?(from: Pick<LedgerEntry, 'day' | 'holding'>, kind: ProfitKind, amount: bigint): void;
  /** A fee that belongs to no trade. Only the tax rules give fees to trades. */
  unassignedFee?(fee: LedgerEntry): void;
  /** Pieces of an entry without a counterpart, and their cash. */
  unmatched?(entry: LedgerEntry, pieces: bigint, cash: bigint): void;
}

/** The cash of the opening of a closed lot: + received for a short one, − paid for a long one. */
export function openingCash({ side, amount }: Closing): bigint {
  return side === 'short' ? amount : -amount;
}
