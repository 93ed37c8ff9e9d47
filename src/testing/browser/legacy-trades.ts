import { v4 } from 'uuid';
import type { TradeEntry } from '../../trades/trade-entries.js';
import type { PseudoRandom } from '../samples/pseudo-random.js';
import { day, dayOf, SampleTrader } from '../samples/sample-trader.js';
import { legacyEntryOf, localMidnight, sqliteTimestamp, type LegacyEntry } from './legacy-entry.js';

/** Days of trading: two years. */
export const tradingDays = 728;

export interface RecordedEntry {
  /** The order of the rows in the file. */
  recordedAt: Date;
  entry: LegacyEntry;
}

/** Records trades spread evenly over the two years that begin with `start`. */
export function recordTrades(
  random: PseudoRandom,
  start: Date,
  trades: number,
  timeZone: string,
): RecordedEntry[] {
  const trader = new SampleTrader(random, Math.ceil(trades / 100), true);
  const first = trades > 0 ? [seedEntry(start), ...faultyEntries(start)] : [seedEntry(start)];
  const recorded = first.map((entry) => ({ recordedAt: start, entry }));
  for (let index = 0; index < trades; index += 1) {
    const recordedAt = new Date(start.getTime() + Math.floor((index * tradingDays * day) / trades));
    const entries = trader.trade(recordedAt.getTime());
    // Entries of the same instant: if two of them are edited, the copies cannot be told apart.
    if (index % 3 === 1) entries.push(...trader.trade(recordedAt.getTime()));
    if (index % 13 === 11) entries.push(premium(index, recordedAt));
    for (const entry of rowsOf(random, index, recordedAt, entries, timeZone))
      recorded.push({ recordedAt, entry });
  }
  return recorded;
}

/** The entry that the application adds to every new database. */
function seedEntry(ts: Date): LegacyEntry {
  const dividend = { type: 'dividend', qty: '0', amount: '5', meta: { note: 'Welcome seed' } } as const;
  return legacyEntryOf({ ...dividend, id: 'seed-1', ts, accountId: 'acct-1', symbol: 'AAPL' }, 'utc');
}

/** Faults of real files: an entry of a missing account, and a `meta` that is not JSON. */
function faultyEntries(ts: Date): LegacyEntry[] {
  const transfer = { id: 'moved', ts, accountId: 'acct-closed', type: 'transfer', amount: '-120.5' } as const;
  const correction = { id: 'cent', ts, accountId: 'acct-1', type: 'correction', amount: '0.01' } as const;
  return [
    { ...legacyEntryOf(transfer, 'utc'), symbol: '' },
    { ...legacyEntryOf(correction, 'utc'), meta: '{"note":"broken off' },
  ];
}

/** A premium that was entered without a template. */
function premium(index: number, ts: Date): TradeEntry {
  const trade = { id: `premium-${index}`, ts, accountId: 'acct-1', symbol: 'AAPL' };
  return { ...trade, type: 'option_premium', qty: '1', amount: '85', meta: { leg: 'put' } };
}

const notes: readonly (string | null)[] = [
  null,
  '',
  'roll?',
  'O\'Neil "cup" 🏆',
  null,
  'Dividende – Köln',
  '配当金',
  null,
  'מניה',
  'line one\nline two',
];

/** Makes the last digits of a double wrong, as in the application's products of prices. */
const noise = (0.1 + 0.2) / 0.3;

/** The rows of one trade. Quirks recur at intervals coprime to each other, so that they combine. */
function rowsOf(
  random: PseudoRandom,
  index: number,
  createdAt: Date,
  entries: readonly TradeEntry[],
  timeZone: string,
): LegacyEntry[] {
  const newId = () => (index % 11 === 4 ? newUuid(random) : applicationId(random, createdAt));
  const ids = new Map(entries.map(({ id }) => [id, newId()]));
  return entries.map((entry) => {
    const meta = JSON.stringify(entry.meta, (_, value: string) => ids.get(value) ?? value);
    return {
      ...legacyEntryOf({ ...entry, createdAt, updatedAt: createdAt }, timeZone),
      ...{ id: ids.get(entry.id) ?? entry.id, meta, notes: notes[index % notes.length] ?? null },
      ts: localMidnight(entry.day ?? dayOf(entry.ts.getTime()), timeZone),
      amount: Number(entry.amount) * (entry.strike ? noise : 1),
      // A blank form field is 0 or empty text.
      qty: entry.qty ? Number(entry.qty) : entry.type === 'dividend' ? 0 : null,
      symbol: entry.symbol ?? (entry.type === 'fee' ? '' : null),
      ...(index % 9 === 8 && { expiration: entry.expiration ?? null }),
      ...(index % 5 === 2 && { created_at: createdAt.toISOString(), updated_at: createdAt.toISOString() }),
    };
  });
}

function applicationId(random: PseudoRandom, createdAt: Date): string {
  const digits = Array.from({ length: 11 }, () => random.integer(0, 35).toString(36)).join('');
  return `jrnl_${digits}${createdAt.getTime().toString(36)}`;
}

function newUuid(random: PseudoRandom): string {
  return v4({ random: random.bytes(16) });
}

const deleteEvery = 19;
const editEvery = 13;
/** Every n-th edit stores a link to the row that it replaces. The application omits most links. */
const linkEvery = 4;

/** Deletes and edits some entries some days after they were recorded, as the application does. */
export function editSome(random: PseudoRandom, recorded: RecordedEntry[]): void {
  let edits = 0;
  for (const [index, original] of [...recorded].entries()) {
    const at = new Date(original.recordedAt.getTime() + random.integer(1, 5) * day);
    if (index % deleteEvery === deleteEvery - 1) {
      deleteSoftly(original.entry, at, 'duplicate');
    } else if (index % editEvery === editEvery - 1) {
      edits += 1;
      const entry = edited(random, original.entry, at, edits % linkEvery === 0);
      recorded.push({ recordedAt: at, entry });
    }
  }
}

function deleteSoftly(entry: LegacyEntry, at: Date, reason: string): void {
  entry.deleted_at = at.toISOString();
  entry.edit_reason = reason;
  entry.updated_at = at.toISOString();
}

/** Deletes the original. Returns a copy with a new UUID and a `meta` that is encoded once more. */
function edited(random: PseudoRandom, original: LegacyEntry, at: Date, isLinked: boolean): LegacyEntry {
  const entry: LegacyEntry = {
    ...original,
    id: newUuid(random),
    // Rounds to cents: one per cent more of an amount with eight decimals has ten decimals.
    amount: Math.round(original.amount * 101) / 100,
    notes: original.notes === null ? 'corrected' : `${original.notes} (corrected)`,
    meta: JSON.stringify(original.meta),
    original_entry_id: isLinked ? original.id : null,
    created_at: sqliteTimestamp(at),
    updated_at: sqliteTimestamp(at),
  };
  deleteSoftly(original, at, 'wrong amount');
  return entry;
}
