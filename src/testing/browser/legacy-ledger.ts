import type { DateTime } from 'luxon';
import { v4 } from 'uuid';
import type { EntryType } from '../../model/entry-type.js';
import type { LegacyEntry } from './legacy-entry.js';
import { isoInstant, localMidnight, sqliteTimestamp } from './legacy-time.js';
import type { PseudoRandom } from '../samples/pseudo-random.js';

/** Common values of the entries of one trade, and its quirks. */
export interface Trade {
  /** The day of the opening, in the user's time zone. */
  day: DateTime;
  account: string;
  symbol: string;
  notes: string | null;
  /** `YYYY-MM-DD` for expirations, instead of the instant of local midnight. */
  plainDates: boolean;
  /** UUIDs for ids, instead of the application's own `jrnl_…`. */
  uuids: boolean;
  /** ISO instants in `created_at` and `updated_at`, instead of SQLite's form. */
  isoTimestamps: boolean;
}

/** The values of one entry; the others come from its trade. */
export interface EntryDraft {
  type: EntryType;
  amount: number;
  /** The day of the entry's `ts`. Default: the day on which it is recorded. */
  dated?: DateTime;
  id?: string;
  symbol?: string | null;
  qty?: number;
  strike?: number;
  expires?: DateTime;
  underlyingPrice?: number;
  meta?: Readonly<Record<string, unknown>>;
}

export interface RecordedEntry {
  /** Milliseconds since 1970; the order of the rows in the file. */
  recordedAt: number;
  entry: LegacyEntry;
}

interface Delivery {
  /** Milliseconds since 1970. */
  at: number;
  /** + into the account, − out of it. */
  shares: number;
}

const second = 1_000;
const startOfRecording = 16 * 3_600 * second;

/** Collects the entries of trades, and counts the shares held, so that calls are covered. */
export class LegacyLedger {
  readonly entries: RecordedEntry[] = [];
  readonly #holdings = new Map<string, Delivery[]>();
  readonly #lastRecorded = new Map<number, number>();

  constructor(
    readonly random: PseudoRandom,
    /** The last day of trading. */
    readonly lastDay: DateTime,
  ) {}

  /** A new id in the application's form. @param recordedAt milliseconds since 1970 */
  newId(trade: Trade, recordedAt: number): string {
    if (trade.uuids) return this.newUuid();
    const digits = Array.from({ length: 11 }, () => this.random.integer(0, 35).toString(36)).join('');
    return `jrnl_${digits}${recordedAt.toString(36)}`;
  }

  newUuid(): string {
    return v4({ random: this.random.bytes(16) });
  }

  /** Adds entries that were recorded together on a day. */
  record(trade: Trade, day: DateTime, drafts: readonly EntryDraft[]): void {
    const recordedAt = this.#nextInstant(day.toMillis());
    const stamp = trade.isoTimestamps ? isoInstant(recordedAt) : sqliteTimestamp(recordedAt);
    for (const draft of drafts) {
      const entry: LegacyEntry = {
        id: draft.id ?? this.newId(trade, recordedAt),
        ts: localMidnight(draft.dated ?? day),
        account_id: trade.account,
        symbol: draft.symbol === undefined ? trade.symbol : draft.symbol,
        type: draft.type,
        qty: draft.qty ?? null,
        amount: draft.amount,
        strike: draft.strike ?? null,
        expiration: draft.expires === undefined ? null : expirationText(trade, draft.expires),
        underlying_price: draft.underlyingPrice ?? null,
        notes: trade.notes,
        meta: JSON.stringify(draft.meta ?? {}),
        deleted_at: null,
        edited_by: null,
        edit_reason: null,
        original_entry_id: null,
        created_at: stamp,
        updated_at: stamp,
      };
      this.entries.push({ recordedAt, entry });
      this.#countShares(entry, day.toMillis());
    }
  }

  /** The shares held on the day of a trade, less all later deliveries out of the account. */
  shares({ account, symbol, day }: Trade): number {
    const today = day.toMillis();
    const deliveries = this.#holdings.get(`${account} ${symbol}`) ?? [];
    return deliveries.reduce((sum, { at, shares }) => (at <= today || shares < 0 ? sum + shares : sum), 0);
  }

  /** Instants of one day ascend in the order of the calls. */
  #nextInstant(day: number): number {
    const previous = this.#lastRecorded.get(day) ?? day + startOfRecording;
    const instant = previous + this.random.integer(second, 30 * second);
    this.#lastRecorded.set(day, instant);
    return instant;
  }

  #countShares({ type, account_id, symbol, qty }: LegacyEntry, at: number): void {
    if (type !== 'assignment_shares' && type !== 'share_sale') return;
    const holding = `${account_id} ${symbol}`;
    const deliveries = this.#holdings.get(holding) ?? [];
    deliveries.push({ at, shares: type === 'share_sale' ? -(qty ?? 0) : (qty ?? 0) });
    this.#holdings.set(holding, deliveries);
  }
}

function expirationText(trade: Trade, day: DateTime): string {
  return trade.plainDates ? day.toFormat('yyyy-MM-dd') : localMidnight(day);
}
