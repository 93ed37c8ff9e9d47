import { DateTime, IANAZone } from 'luxon';
import { legacyDatabase, type LegacyDatabaseWriter } from './legacy-database-builder.js';
import { sqliteTimestamp } from './legacy-entry.js';
import { PseudoRandom } from '../samples/pseudo-random.js';
import { sampleSymbols, sharePrice, strikeNear } from '../samples/sample-market.js';
import { legacySchema } from '../../browser/format/legacy-schema.js';
import { editSome, recordTrades, tradingDays, type RecordedEntry } from './legacy-trades.js';

/** Options of `generateLegacyDatabase`. The same options make the same bytes. */
export interface LegacyDatabaseOptions {
  /** A whole number. Default 1. */
  seed?: number;
  /** Number of trades of one to about ten entries each. Default 80: about 300 entries. */
  trades?: number;
  /** The user's IANA time zone, which the file does not contain. Default `America/Denver`. */
  timeZone?: string;
  /** The first day of two years of trading, `YYYY-MM-DD`. Default `2024-01-02`. */
  startDate?: string;
}

const accounts = [
  { id: 'acct-1', name: 'Primary' },
  { id: 'acct-2', name: 'IRA — Roth ☂' },
];

/**
 * Generates a database of the browser application with the quirks of real files. Every row can be
 * imported. From about 200 trades on, every quirk occurs.
 *
 * ```ts
 * await writeFile('options-tracker.db', await generateLegacyDatabase({ trades: 200 }));
 * ```
 *
 * @returns the bytes of the SQLite file
 * @throws RangeError for an unknown time zone, an invalid date or an invalid number of trades
 */
export async function generateLegacyDatabase(options: LegacyDatabaseOptions = {}): Promise<Uint8Array> {
  const { seed = 1, trades = 80, timeZone = 'America/Denver', startDate = '2024-01-02' } = options;
  if (!IANAZone.isValidZone(timeZone)) throw new RangeError(`"${timeZone}" is not an IANA time zone`);
  const start = DateTime.fromISO(startDate, { zone: 'utc' });
  if (!start.isValid) throw new RangeError(`"${startDate}" is not a date; expected YYYY-MM-DD`);
  if (!Number.isSafeInteger(trades) || trades < 0)
    throw new RangeError(`${trades} is not a number of trades`);
  const random = new PseudoRandom(seed);
  const recorded = recordTrades(random, start.toJSDate(), trades, timeZone);
  editSome(random, recorded);
  return legacyDatabase((db) => write(db, recorded, random, start.plus({ days: tradingDays })));
}

function write(
  db: LegacyDatabaseWriter,
  recorded: readonly RecordedEntry[],
  random: PseudoRandom,
  lastDay: DateTime,
): void {
  for (const statement of legacySchema) db.run(statement);
  db.run('BEGIN');
  for (const account of accounts) db.insert('accounts', account);
  const inOrder = recorded.toSorted((one, other) => +one.recordedAt - +other.recordedAt);
  for (const { entry } of inOrder) db.insert('journal', { ...entry });
  cacheMinStrikes(db, random, lastDay);
  db.run('COMMIT');
}

/** A cache table of the browser application, which an import ignores. */
function cacheMinStrikes(db: LegacyDatabaseWriter, random: PseudoRandom, lastDay: DateTime): void {
  for (const ticker of sampleSymbols) {
    const price = sharePrice(random, ticker);
    db.insert('ticker_min_strikes', {
      id: `${ticker}-${lastDay.toFormat('yyyy-MM-dd')}`,
      ticker,
      date: lastDay.toFormat('yyyy-MM-dd'),
      avg_cost: price,
      premium_received: price / 40,
      min_strike: strikeNear(price - price / 40, 0),
      shares_owned: 100,
      created_at: sqliteTimestamp(lastDay.toJSDate()),
    });
  }
}
