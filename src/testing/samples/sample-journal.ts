import { DateTime } from 'luxon';
import type { EntryRecord } from '../../journal/new-entry.js';
import type { TradeEntry } from '../../trades/trade-entries.js';
import { PseudoRandom } from './pseudo-random.js';
import { day, minute, onTradingDay, SampleTrader } from './sample-trader.js';

/** Options of `generateJournal`. The same options make the same entries, including their ids. */
export interface SampleJournalOptions {
  /** A whole number. Default 1. */
  seed?: number;
  /** Number of entries. Default 300. */
  entries?: number;
  /** The last day of trading, `YYYY-MM-DD`. Default `2025-12-31`. */
  until?: string;
}

/**
 * Generates the journal of a trader in `sampleAccounts`, with some amended and some removed
 * entries. It spans one year per thousand entries, at least one and at most ten years.
 *
 * ```ts
 * for (const account of sampleAccounts) await accounts.create(account);
 * await journal.load(generateJournal({ entries: 1_000 }));
 * ```
 *
 * @throws RangeError for an invalid number of entries, seed or day, when the iteration begins
 */
export function* generateJournal(options: SampleJournalOptions = {}): Generator<EntryRecord, void> {
  let place = 0;
  for (const record of recordsOf(options)) {
    place += 1;
    // Sets the recording order explicitly, so that it is deterministic too.
    yield { ...record, recorded: String((record.createdAt?.getTime() ?? 0) * 1_000 + place) };
  }
}

function* recordsOf(options: SampleJournalOptions): Generator<EntryRecord, void> {
  const { seed = 1, entries = 300, until = '2025-12-31' } = options;
  const end = DateTime.fromISO(until, { zone: 'utc' });
  if (!end.isValid) throw new RangeError(`"${until}" is not a day; expected YYYY-MM-DD`);
  if (!Number.isSafeInteger(entries) || entries < 0)
    throw new RangeError(`${entries} is not a number of entries`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`${seed} is not a seed; expected a whole number`);
  const random = new PseudoRandom(seed);
  const days = 365 * Math.min(10, Math.max(1, entries / 1_000));
  const trader = new SampleTrader(random, Math.ceil(entries / (entriesADay * days)));
  let made = 0;
  const before = (ago: number) => onTradingDay(Math.floor(end.toMillis() - ago * day));
  let at = before(days);
  for (const deposit of trader.fund(at).slice(0, entries)) {
    yield asRecorded(deposit);
    made += 1;
  }
  while (made < entries) {
    at = Math.max(before(days * (1 - made / entries)), at + minute);
    const records = withMistakes(random, trader.trade(at));
    // Ends with single entries if a whole trade would exceed the number of entries.
    const fitting = records.length <= entries - made ? records : trader.cash(at).map(asRecorded);
    yield* fitting;
    made += fitting.length;
  }
}

/** Entries per day of a trader with one option at a time per symbol and account. */
const entriesADay = 1.2;

const amendEvery = 25;
const removeEvery = 40;

/** The entries of a trade, sometimes with a mistake that was corrected a day later. */
function withMistakes(random: PseudoRandom, trade: readonly TradeEntry[]): EntryRecord[] {
  const [first, ...others] = trade.map(asRecorded);
  if (first === undefined) return [];
  const corrected = new Date(first.ts.getTime() + day);
  if (random.integer(1, amendEvery) === 1) {
    const wrong = deleted({ ...first, notes: 'typed from memory' }, 'notes of another trade', corrected);
    const right = { ...first, id: `${first.id}:amended`, originalEntryId: first.id };
    return [wrong, ...others, { ...right, createdAt: corrected, updatedAt: corrected }];
  }
  if (random.integer(1, removeEvery) === 1) {
    const twice = deleted({ ...first, id: `${first.id}:twice` }, 'entered twice', corrected);
    return [first, ...others, twice];
  }
  return [first, ...others];
}

function deleted(record: EntryRecord, editReason: string, deletedAt: Date): EntryRecord {
  return { ...record, deletedAt, editReason, updatedAt: deletedAt };
}

function asRecorded(entry: TradeEntry): EntryRecord {
  return { ...entry, createdAt: entry.ts, updatedAt: entry.ts };
}
