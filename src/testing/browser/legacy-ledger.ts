import type { DateTime } from 'luxon';
import { v4 } from 'uuid';
import { isoInstant, localMidnight, sqliteTimestamp, type LegacyEntry } from './legacy-entry.js';
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

type OptionalColumn = 'id' | 'symbol' | 'qty' | 'strike' | 'underlying_price';

/** The values of one entry; the others come from its trade. */
export interface EntryDraft
  extends Pick<LegacyEntry, 'type' | 'amount'>, Partial<Pick<LegacyEntry, OptionalColumn>> {
  /** The day of the entry's `ts`. Default: the day on which it is recorded. */
  dated?: DateTime;
  expires?: DateTime;
  meta?: Readonly<Record<string, unknown>>;
}

const unset = {
  ...{ qty: null, strike: null, underlying_price: null },
  ...{ deleted_at: null, edited_by: null, edit_reason: null, original_entry_id: null },
};

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
  record(trade: Trade, day: DateTime, drafts: readonly EntryDraft[]): RecordedEntry[] {
    const recordedAt = this.#nextInstant(day.toMillis());
    const stamp = trade.isoTimestamps ? isoInstant(recordedAt) : sqliteTimestamp(recordedAt);
    return drafts.map(({ dated = day, expires, meta = {}, ...values }) => {
      const entry: LegacyEntry = {
        ...unset,
        id: values.id ?? this.newId(trade, recordedAt),
        ts: localMidnight(dated),
        account_id: trade.account,
        symbol: trade.symbol,
        notes: trade.notes,
        expiration: expires === undefined ? null : expirationText(trade, expires),
        meta: JSON.stringify(meta),
        created_at: stamp,
        updated_at: stamp,
        ...values,
      };
      const recorded = { recordedAt, entry };
      this.entries.push(recorded);
      this.#countShares(entry, day.toMillis());
      return recorded;
    });
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

const dayLength = 86_400_000;
const deleteEvery = 19;
const editEvery = 13;
/** Every n-th edit stores a link to the row that it replaces. The application omits most links. */
const linkEvery = 4;

/** Deletes and edits some entries some days after they were recorded, as the application does. */
export function editSome(ledger: LegacyLedger): void {
  const recorded = [...ledger.entries];
  let edits = 0;
  for (const [index, original] of recorded.entries()) {
    const at = original.recordedAt + ledger.random.integer(1, 5) * dayLength;
    if (index % deleteEvery === deleteEvery - 1) {
      deleteSoftly(original.entry, at, 'duplicate');
    } else if (index % editEvery === editEvery - 1) {
      edits += 1;
      ledger.entries.push(edit(ledger, original.entry, at, edits % linkEvery === 0));
    }
  }
}

function deleteSoftly(entry: LegacyEntry, at: number, reason: string): void {
  entry.deleted_at = isoInstant(at);
  entry.edit_reason = reason;
  entry.updated_at = isoInstant(at);
}

/** Deletes the original, and adds a copy with a new UUID and a `meta` that is encoded once more. */
function edit(ledger: LegacyLedger, original: LegacyEntry, at: number, linked: boolean): RecordedEntry {
  const entry: LegacyEntry = {
    ...original,
    id: ledger.newUuid(),
    // Rounds to cents: one per cent more of an amount with eight decimals has ten decimals.
    amount: Math.round(original.amount * 101) / 100,
    notes: original.notes === null ? 'corrected' : `${original.notes} (corrected)`,
    meta: JSON.stringify(original.meta),
    original_entry_id: linked ? original.id : null,
    created_at: sqliteTimestamp(at),
    updated_at: sqliteTimestamp(at),
  };
  deleteSoftly(original, at, 'wrong amount');
  return { recordedAt: at, entry };
}
