import { DateTime } from 'luxon';
import { groupBy } from '../../../model/group-by.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { readInstant } from '../convert/instant.js';
import type { TypedDays } from '../convert/typed-days.js';
import type { ExpirationOutcome } from '../report/import-report.js';
import type { ExpirationCorrection, LocalStorage, OptionPurchase } from './local-storage.js';
import { OpenShorts } from './open-shorts.js';
import { pairPurchases, type PairedFee } from './pair-purchases.js';

/** A dump of localStorage matched with the entries of a file, as plain JSON data. */
export interface LocalStorageFindings extends Pick<LocalStorage, 'notTaken' | 'unreadable'> {
  /** No entry is amended yet. `notApplied`: the reason why a correction applies to no entry. */
  expirations: readonly ExpirationOutcome[];
  correctedEntries: readonly CorrectedEntry[];
  purchases: readonly MatchedPurchase[];
}

/** A live entry of the file with a corrected expiration. */
export interface CorrectedEntry {
  /** Index of the correction in `expirations`. */
  correction: number;
  id: string;
  /**
   * For an `expiration` entry that the file dates on the uncorrected day: its instant in the file
   * (`from`), and its new instant and day. Null for other entries.
   */
  moved: { from: string; ts: string; day: string } | null;
}

/** A bought option, and the `fee` that the file contains in its place. */
export interface MatchedPurchase {
  purchase: OptionPurchase;
  /** The id of the matching fee; null if no fee or several fees match. */
  fee: string | null;
  /** The reason why the match is not certain. */
  problem: string | null;
}

/** Number of different corrected days of one position that a problem lists. */
const maxTargets = 5;

interface Correction {
  outcome: ExpirationOutcome;
  entries: Omit<CorrectedEntry, 'correction'>[];
  /** The first different days to which the position was corrected. */
  targets: Set<string>;
}

/**
 * Matches a dump of localStorage with the entries of a file: `add` each valid entry, then read
 * `findings`.
 *
 * A correction concerns every live entry with the symbol and strike of its position and with an
 * expiration of the same day. A purchase is a live `fee` of its symbol, amount and day without a
 * template in `meta`.
 */
export class LocalStorageMatcher {
  readonly #corrections = new Map<string, Correction>();
  readonly #unreadable: ExpirationOutcome[] = [];
  readonly #fees = new Map<string, (PairedFee & { id: string })[]>();
  readonly #shorts: OpenShorts;

  constructor(
    private readonly storage: LocalStorage,
    private readonly days: TypedDays,
  ) {
    for (const correction of storage.expirations) this.#addCorrection(correction);
    for (const purchase of storage.purchases) this.#fees.set(purchaseKey(purchase), []);
    this.#shorts = new OpenShorts(storage.purchases);
  }

  add(record: EntryRecord): void {
    if (record.deletedAt) return;
    const { symbol = null, strike = null, expiration = null } = record;
    if (symbol === null) return;
    const correction = this.#corrections.get(contractKey(symbol, strike, expiration));
    if (correction !== undefined) this.#correct(record, correction);
    const expires = correction !== undefined && isApplicable(correction) ? correction.outcome.to : expiration;
    const day = record.day ?? dayOf(record.ts.toISOString());
    this.#shorts.add(record, day, expires);
    if (record.type !== 'fee' || record.meta?.['template'] !== undefined) return;
    const fees = this.#fees.get(feeKey(symbol, record.amount, day));
    fees?.push({ id: record.id, createdAt: record.createdAt?.getTime() ?? null });
  }

  findings(): LocalStorageFindings {
    const corrections = [...this.#corrections.values()];
    const expirations = [...corrections.map(({ outcome }) => outcome), ...this.#unreadable];
    const correctedEntries = corrections.flatMap(({ entries }, correction) =>
      entries.map((entry) => ({ correction, ...entry })),
    );
    const { notTaken, unreadable } = this.storage;
    return { expirations, correctedEntries, purchases: this.#purchases(), notTaken, unreadable };
  }

  #addCorrection({ symbol, strike, expiration, to, correctedAt }: ExpirationCorrection): void {
    const from = this.days.dayOf(expiration);
    const position = { symbol, strike, from: from ?? expiration, to, correctedAt };
    const outcome = { ...position, amended: [], unchanged: [], notApplied: [] };
    if (from === null) {
      this.#unreadable.push({ ...outcome, notApplied: [{ id: null, reason: this.#noDay(expiration) }] });
      return;
    }
    const key = contractKey(symbol, strike, from);
    const other = this.#corrections.get(key);
    if (other === undefined) {
      this.#corrections.set(key, { outcome, entries: [], targets: new Set([to]) });
      return;
    }
    if (correctedAt > other.outcome.correctedAt) Object.assign(other.outcome, { to, correctedAt });
    if (other.targets.size < maxTargets) other.targets.add(to);
    const reason = `the position was corrected to ${[...other.targets].join(' and ')}`;
    if (other.targets.size > 1) other.outcome.notApplied = [{ id: null, reason }];
  }

  /** The reason why the expiration in a position's key is not a day. */
  #noDay(expiration: string): string {
    if (this.days.zone !== undefined)
      return 'its key has neither a day nor a midnight in UTC or in the time zone';
    return readInstant(expiration) === undefined
      ? 'its key has neither a day nor an instant'
      : 'the day of its key depends on a time zone; give the time zone in which the journal was kept';
  }

  #correct({ id, type, ts, day, meta }: EntryRecord, correction: Correction): void {
    if (!isApplicable(correction)) return;
    const { from, to } = correction.outcome;
    const isDated = type === 'expiration' && meta?.['assigned'] !== true && day === from;
    const moved = { from: ts.toISOString(), ts: this.#midnight(ts, to).toISOString(), day: to };
    correction.entries.push({ id, moved: isDated ? moved : null });
  }

  #purchases(): MatchedPurchase[] {
    return groupBy(this.storage.purchases, purchaseKey).flatMap(([key, group]) => {
      const fees = this.#fees.get(key) ?? [];
      const pairs = pairPurchases(
        group.map((purchase) => ({ at: Date.parse(purchase.boughtAt), terms: termsOf(purchase) })),
        fees,
      );
      return group.map((purchase, index) => this.#matched(purchase, fees, pairs[index] ?? null));
    });
  }

  #matched(purchase: OptionPurchase, fees: readonly { id: string }[], index: number | null): MatchedPurchase {
    if (index === null) {
      const problem =
        fees.length === 0
          ? 'the journal has no fee of this symbol, amount and day'
          : 'several fees or purchases have this symbol, amount and day';
      return { purchase, fee: null, problem };
    }
    const short = this.#shorts.closedBy(purchase);
    const problem =
      short === undefined
        ? null
        : `may have closed the short position that expires on ${short.expiration ?? 'an unknown day'}`;
    return { purchase, fee: fees[index]?.id ?? null, problem };
  }

  /** Midnight of `day`, in UTC if `ts` is midnight in UTC, otherwise in the trader's time zone. */
  #midnight(ts: Date, day: string): Date {
    const zone = ts.getTime() % 86_400_000 === 0 ? undefined : this.days.zone;
    return DateTime.fromISO(day, { zone: zone ?? 'UTC' }).toJSDate();
  }
}

function isApplicable({ outcome }: Correction): boolean {
  return outcome.notApplied.length === 0;
}

function contractKey(symbol: string, strike: string | null, expiration: string | null): string {
  return JSON.stringify([symbol, strike, expiration]);
}

function feeKey(symbol: string, amount: string, day: string): string {
  return JSON.stringify([symbol, amount, day]);
}

function purchaseKey({ symbol, amount, boughtAt }: OptionPurchase): string {
  return feeKey(symbol, amount, dayOf(boughtAt));
}

function termsOf({ leg, contracts, strike, premium, fees, expiration }: OptionPurchase): string {
  return JSON.stringify([leg, contracts, strike, premium, fees, expiration]);
}

/** The UTC day of an instant in ISO 8601. */
function dayOf(instant: string): string {
  return instant.slice(0, 10);
}
