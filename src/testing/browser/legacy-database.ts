import { DateTime, IANAZone } from 'luxon';
import { legacyDatabase } from './legacy-database-builder.js';
import type { LegacyDatabaseWriter } from './legacy-database-builder.js';
import { editSome } from './legacy-edits.js';
import { LegacyLedger } from './legacy-ledger.js';
import { sampleSymbols, sharePrice, strikeNear } from '../samples/legacy-market.js';
import { legacySchema } from '../../browser/format/legacy-schema.js';
import { sqliteTimestamp } from './legacy-time.js';
import { recordTrades, tradingDays } from './legacy-trading-plan.js';
import { PseudoRandom } from '../samples/pseudo-random.js';

/** What the sample database is made of; the same options make the same bytes. */
export interface LegacyDatabaseOptions {
  /** A whole number; 1 by default. */
  seed?: number;
  /**
   * How many trades, each of one to about ten entries; 80 by default, which makes about 300
   * entries.
   */
  trades?: number;
  /**
   * The IANA time zone of the user, which is not written to the file; America/Denver by default.
   */
  timeZone?: string;
  /** The first day of two years of trading, `YYYY-MM-DD`; 2024-01-02 by default. */
  startDate?: string;
}

const accounts = [
  { id: 'acct-1', name: 'Primary' },
  { id: 'acct-2', name: 'IRA — Roth ☂' },
];

/**
 * Makes a sample database of the old browser application, with the quirks of real files, and
 * nothing that could not be imported. All quirks are there from about 50 trades on.
 *
 * @throws RangeError for an unknown time zone, a start that is no date, or a number of trades that
 * is none.
 */
export async function generateLegacyDatabase(options: LegacyDatabaseOptions = {}): Promise<Uint8Array> {
  const { seed = 1, trades = 80, timeZone = 'America/Denver', startDate = '2024-01-02' } = options;
  if (!IANAZone.isValidZone(timeZone)) throw new RangeError(`"${timeZone}" is not an IANA time zone`);
  const start = DateTime.fromISO(startDate, { zone: timeZone });
  if (!start.isValid) throw new RangeError(`"${startDate}" is not a date; expected YYYY-MM-DD`);
  if (!Number.isSafeInteger(trades) || trades < 0)
    throw new RangeError(`${trades} is not a number of trades`);
  const lastDay = start.plus({ days: tradingDays });
  const ledger = new LegacyLedger(new PseudoRandom(seed), lastDay);
  recordTrades(ledger, start, trades);
  editSome(ledger);
  return legacyDatabase((db) => write(db, ledger, lastDay));
}

function write(db: LegacyDatabaseWriter, ledger: LegacyLedger, lastDay: DateTime): void {
  for (const statement of legacySchema({ audit: true, tickerMinStrikes: true })) db.run(statement);
  db.run('BEGIN');
  for (const account of accounts) db.insert('accounts', account);
  const inOrder = ledger.entries.toSorted((one, other) => one.recordedAt - other.recordedAt);
  for (const { entry } of inOrder) db.insert('journal', { ...entry });
  cacheMinStrikes(db, ledger.random, lastDay);
  db.run('COMMIT');
}

/** The old application's cache of figures; an importer has no use for it. */
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
      created_at: sqliteTimestamp(lastDay.toMillis()),
    });
  }
}
