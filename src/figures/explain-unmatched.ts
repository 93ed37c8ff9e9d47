import type { UserScope } from '../isolation/user-scope.js';
import type { EntryType } from '../model/entry-type.js';
import type { DecimalString } from '../model/decimal.js';
import { dayText } from './ledger/calendar.js';
import { contractIfKnown, positionOf, sides } from './ledger/holdings.js';
import type { Contract, OptionLeg, OptionPosition, Side } from './ledger/holdings.js';
import { compareEntries, isOptionPremium, isShares, type LedgerEntry } from './ledger/ledger-entry.js';
import type { LotSide } from './ledger/lots.js';
import type { Closing, LedgerReport } from './ledger/report.js';
import { unmatchedEntry, type UnmatchedEntry } from './ledger/unmatched.js';
import { decimalOf } from './ledger/units.js';
import { readLedger } from './read-ledger.js';

/**
 * The reason why an entry has no counterpart.
 *
 * - `notOpened`: a closing of an option; no closing of this option found open contracts.
 * - `closedTooOften`: a closing of more contracts than earlier closings left open.
 * - `notHeld`: a transfer or a corporate action on something that the account does not hold.
 * - `withoutQuantity`: a share trade, or a closing of options, without a quantity.
 */
export type UnmatchedReason = 'notOpened' | 'closedTooOften' | 'notHeld' | 'withoutQuantity';

/** Open contracts that a closing would have closed if its day or its expiration were another. */
export interface NearCounterpart {
  /**
   * `expiration`: they expire one day later or earlier than the closing says. `opening`: they were
   * opened after the closing, on its day or on the next day.
   */
  differsBy: 'expiration' | 'opening';
  /** The expiration of these contracts, or the day of their opening, `YYYY-MM-DD`. */
  day: string;
  /** Number of these contracts; at most the contracts of the closing without a counterpart. */
  contracts: DecimalString;
  /** The ids of the openings. */
  openedBy: string[];
}

/** An entry without a counterpart, with the reason. */
export interface ExplainedUnmatched extends UnmatchedEntry {
  type: EntryType;
  /** The day of the entry, `YYYY-MM-DD`; in UTC if it has no `day`. */
  day: string;
  /** The strike of the option that the entry names; null for an entry on shares. */
  strike: DecimalString | null;
  /** `YYYY-MM-DD`. */
  expiration: string | null;
  leg: OptionLeg | null;
  reason: UnmatchedReason;
  /** Null if no open contracts are one day away. */
  near: NearCounterpart | null;
}

/**
 * Returns the entries without a counterpart in the journal of the user in scope, in the order of
 * the ledger, with reasons. Each open contract is the near counterpart of one closing at most.
 */
export async function explainUnmatched(scope: UserScope): Promise<ExplainedUnmatched[]> {
  const report = new UnmatchedReasons();
  await readLedger(scope, {}, { report });
  return report.rows();
}

/** Collects unmatched entries. Explains them by the lots that are open at the end of the ledger. */
class UnmatchedReasons implements LedgerReport {
  readonly #found: { entry: LedgerEntry; pieces: bigint; cash: bigint; reason: UnmatchedReason }[] = [];
  /** The sides that a closing has found open so far. */
  readonly #closedSides = new Set<LotSide>();
  /** By side: the lots before `index`, and `pieces` of the lot at `index`, are counterparts. */
  readonly #taken = new Map<LotSide, { index: number; pieces: bigint }>();

  closed({ position, side }: Closing): void {
    if (position !== null) this.#closedSides.add(position[side]);
  }

  unmatched(entry: LedgerEntry, pieces: bigint, cash: bigint): void {
    this.#found.push({ entry, pieces, cash, reason: this.#reasonOf(entry) });
  }

  rows(): ExplainedUnmatched[] {
    return this.#found
      .sort((left, right) => compareEntries(left.entry, right.entry))
      .map(({ entry, pieces, cash, reason }) => {
        const { type, day, contract, leg } = entry;
        const side = closedSide(entry);
        return {
          ...{
            ...unmatchedEntry(entry, pieces, cash),
            type,
            day: dayText(day),
            leg: contract === null ? null : leg,
          },
          strike: (contract?.strike ?? null) as DecimalString | null,
          expiration: contract?.expiration == null ? null : dayText(contract.expiration),
          reason,
          near: contract !== null && side !== null ? this.#nearTo(entry, contract, side, pieces) : null,
        };
      });
  }

  #reasonOf(entry: LedgerEntry): UnmatchedReason {
    const { type, contract, leg, ends } = entry;
    const side = closedSide(entry);
    if (contract !== null && side !== null) {
      const closable = ends === 'unsaid' ? sides : [side];
      const hasClosed = contract.positions.some(
        (position) =>
          (leg ?? position.leg) === position.leg &&
          closable.some((one) => this.#closedSides.has(position[one])),
      );
      return hasClosed ? 'closedTooOften' : 'notOpened';
    }
    return isShares(type) || isOptionPremium(type) ? 'withoutQuantity' : 'notHeld';
  }

  #nearTo(entry: LedgerEntry, contract: Contract, side: Side, pieces: bigint): NearCounterpart | null {
    const { holding, strike, expiration } = contract;
    // The later day first: the forms of the browser application were a day early.
    for (const days of [1, -1]) {
      if (expiration === null) break;
      const day = expiration + days;
      for (const position of positionsOf(contractIfKnown(holding, strike, day), entry.leg)) {
        const isOpen = (opening: LedgerEntry) => compareEntries(opening, entry) < 0;
        const found = this.#take(position[side], pieces, isOpen);
        if (found !== null) return { differsBy: 'expiration', day: dayText(day), ...found };
      }
    }
    const isNext = (opening: LedgerEntry) =>
      compareEntries(opening, entry) > 0 && opening.day - entry.day <= 1;
    const own = positionOf(contract, entry.leg)[side];
    const first = own.lots[this.#taken.get(own)?.index ?? 0];
    if (first === undefined) return null;
    const found = this.#take(own, pieces, isNext);
    return found && { differsBy: 'opening', day: dayText(first.openedBy.day), ...found };
  }

  /** Takes the oldest open contracts that are no counterpart yet, while their openings fit. */
  #take(
    side: LotSide,
    wanted: bigint,
    fits: (opening: LedgerEntry) => boolean,
  ): Pick<NearCounterpart, 'contracts' | 'openedBy'> | null {
    const { lots } = side;
    const taken = this.#taken.get(side) ?? { index: 0, pieces: 0n };
    this.#taken.set(side, taken);
    const openedBy: string[] = [];
    let found = 0n;
    for (let lot = lots[taken.index]; lot !== undefined && found < wanted; lot = lots[taken.index]) {
      if (!fits(lot.openedBy)) break;
      const left = lot.pieces - taken.pieces;
      const pieces = left < wanted - found ? left : wanted - found;
      if (pieces > 0n) openedBy.push(lot.openedBy.id);
      found += pieces;
      if (pieces === left) Object.assign(taken, { index: taken.index + 1, pieces: 0n });
      else taken.pieces += pieces;
    }
    return found === 0n ? null : { contracts: decimalOf(found), openedBy };
  }
}

/** The side of an option that an entry closes; null without a quantity. */
function closedSide({ type, ends, qty }: LedgerEntry): Side | null {
  if (qty === 0n) return null;
  if (type === 'buy_to_close') return 'short';
  if (type === 'sell_to_close') return 'long';
  if (!isOptionPremium(type)) return null;
  return ends === 'unsaid' ? 'short' : ends;
}

/** The positions of the leg, and those without a known leg; all positions without a leg. */
function positionsOf(contract: Contract | undefined, leg: OptionLeg | null): OptionPosition[] {
  const positions = contract?.positions ?? [];
  return positions.filter((position) => leg === null || position.leg === null || position.leg === leg);
}
