import { optionPremiumTypes, type EntryType } from '../../model/entry-type.js';
import { compareBytes } from './byte-order.js';
import type { Day } from './calendar.js';
import type { Contract, Holding, OptionLeg, Side } from './holdings.js';

/** An entry of the journal as the ledger reads it. Numbers are in units of the eighth place. */
export interface LedgerEntry {
  readonly id: string;
  readonly type: EntryType;
  /** Milliseconds since 1970. */
  readonly ts: number;
  /** The recording order: microseconds since 1970; 0 if unknown. */
  readonly recorded: number;
  /** The day on which the entry counts. */
  readonly day: Day;
  /** + received, − paid. */
  readonly amount: bigint;
  /** The cash of the trade: `amount`, by tax with fees and with the premium of an assignment. */
  tradeCash: bigint;
  /** Shares or contracts; 0 if the entry has none. */
  readonly qty: bigint;
  /** The shares of the entry's account and symbol. */
  readonly holding: Holding;
  /** The option of an option entry, and of shares that an option delivered; otherwise null. */
  readonly contract: Contract | null;
  /** `meta.leg` of an option entry, `meta.from` of a share trade. `resolveLegs` fills gaps. */
  leg: OptionLeg | null;
  /**
   * The side that an `expiration` closes because of an assignment or exercise; `unsaid` if it
   * states none. Null for other entries.
   */
  readonly ends: Side | 'unsaid' | null;
  readonly terms: Terms | null;
}

/** The columns that few entries have. */
export interface Terms {
  readonly ratioTo: bigint | null;
  readonly ratioFrom: bigint | null;
  readonly targetSymbol: string | null;
  readonly targetStrike: string | null;
  readonly targetAccountId: string | null;
  readonly multiplier: bigint | null;
  readonly deliverable: bigint | null;
  readonly cost: bigint | null;
  readonly costShare: bigint | null;
  readonly acquiredOn: Day | null;
  readonly isSection1256: boolean;
  /** Of a fee: the id of the entry that it replaces. */
  readonly replaces: string | null;
}

const premiumTypes: ReadonlySet<EntryType> = new Set(optionPremiumTypes);

/** True for the six types whose amounts are option premium. */
export function isOptionPremium(type: EntryType): boolean {
  return premiumTypes.has(type);
}

/** True for purchases and sales of shares. */
export function isShares(type: EntryType): boolean {
  return type === 'assignment_shares' || type === 'share_sale';
}

/** True for an entry that opens, closes or moves contracts. */
export function isOfOption({ contract, type }: Pick<LedgerEntry, 'contract' | 'type'>): boolean {
  return contract !== null && !isShares(type);
}

const closingTypes: ReadonlySet<EntryType> = new Set([
  'share_sale',
  'buy_to_close',
  'sell_to_close',
  'expiration',
]);

/**
 * The order of the ledger. At one instant the recording order decides; where it is unknown,
 * openings precede closings, because the browser application stored days only.
 */
export function compareEntries(one: LedgerEntry, other: LedgerEntry): number {
  return (
    one.ts - other.ts ||
    one.recorded - other.recorded ||
    Number(closingTypes.has(one.type)) - Number(closingTypes.has(other.type)) ||
    compareBytes(one.id, other.id)
  );
}
