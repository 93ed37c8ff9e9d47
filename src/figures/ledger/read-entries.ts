import type { EntrySelection } from '../../journal/entry-selection.js';
import { isOptionLeg, isShareTrade } from '../../journal/type-conditions.js';
import { dayNumber, localTime, periodOf, type FigurePeriod } from '../../journal/period-sql.js';
import { entryTypes, serverEntryTypes, type EntryType } from '../../model/entry-type.js';
import { literalList } from '../../model/sql-text.js';
import type { Row } from '../../driver/contract/row.js';
import type { Day } from './calendar.js';
import { incomeKinds, incomeTypes, type LedgerReport } from './report.js';
import { unitsOf } from './units.js';
import { contractOf, type Holding, type Holdings, type OptionLeg } from './holdings.js';
import { isOptionPremium, isShares, type LedgerEntry, type Terms } from './ledger-entry.js';

/** One string for all rows of a type: it is compared and hashed faster than a string per row. */
const types: ReadonlyMap<string, EntryType> = new Map(entryTypes.map((type) => [type, type]));

/** The types of entries that move positions, beside options and share trades. */
const actionTypes: readonly EntryType[] = serverEntryTypes.filter((type) => !incomeTypes.includes(type));

/** The entry that a fee replaces: its id names the trade to which the fee belongs. */
const replaced = `CASE WHEN type = 'fee' THEN original_entry_id END`;

/** Columns that few entries have, as one field that most rows leave empty. Decimals are text. */
const termsSql = `CASE WHEN num_nonnulls(ratio_to, target_symbol, target_strike, target_account_id, multiplier, deliverable,
    cost, section1256, ${replaced}) > 0
  THEN json_build_array(ratio_to, ratio_from, target_symbol, target_strike::text, target_account_id, multiplier::text,
    deliverable::text, cost::text, cost_share::text, ${dayNumber('acquired_on')}, section1256, ${replaced}) END`;

/** The leg of an option, `put` or `call`; for shares, that of the option that delivered them. */
const legSql = `CASE CASE WHEN ${isShareTrade} THEN meta->>'from' ELSE meta->>'leg' END
  WHEN 'put' THEN 'put' WHEN 'call' THEN 'call' END`;

/**
 * The side that an expiration entry closes: only an assignment closes one. The browser application
 * writes the others in advance, so that the expiration day itself closes the position.
 */
const endsSql = `CASE WHEN type = 'expiration' AND meta->'assigned' = 'true'
  THEN CASE meta->>'closes' WHEN 'buy_to_open' THEN 'long' WHEN 'sell_to_open' THEN 'short' ELSE 'unsaid' END END`;

/** An expiration entry that the browser application wrote in advance, without any effect. */
const isIdle = `type = 'expiration' AND amount = 0 AND ${endsSql} IS NULL AND ${legSql} IS NULL`;

/** What `LedgerReader` reads beside the entries that move positions. */
export interface LedgerContent {
  /** By `tax` also each fee, because it can belong to a trade. Default `cash`. */
  readonly basis?: 'cash' | 'tax' | undefined;
  /** Also the sums of income by this period. By tax the sums leave out fees. Default: no income. */
  readonly incomePer?: FigurePeriod | undefined;
  /**
   * How expired options are read. `entries`: each entry (default). `premium`: the sum of their
   * premium by account and symbol, which is enough for shares. `nothing`: not at all, which is
   * enough for open options, because adjustments and transfers keep the expiration.
   */
  readonly expired?: 'entries' | 'premium' | 'nothing';
}

/**
 * SQL for the rows that `LedgerReader` reads: entries, and sums, which have no id.
 * @param zone SQL for the time zone in which an entry without a day counts
 * @param today the current day, `YYYY-MM-DD`; added to the selection's values if it is needed
 */
export function ledgerRowsSql(
  selection: EntrySelection,
  zone: string,
  today: string,
  { basis, incomePer, expired = 'entries' }: LedgerContent,
): string {
  const { where } = selection;
  const single: readonly EntryType[] = basis === 'tax' ? [...actionTypes, 'fee'] : actionTypes;
  const conditions = [
    where,
    `(${isOptionLeg} AND NOT (${isIdle}) OR ${isShareTrade} OR type IN (${literalList(single)}))`,
  ];
  const sums: string[] = [];
  if (expired !== 'entries') {
    const day = `${selection.parameter(today)}::date`;
    if (expired === 'nothing')
      conditions.push(`(expiration >= ${day} OR expiration IS NULL AND NOT ${isShareTrade})`);
    else {
      // A symbol change or merger moves the premium of a symbol. Then single entries are read.
      const moves = `EXISTS (SELECT FROM journal WHERE ${where} AND type IN ('symbol_change', 'merger'))`;
      const isSummed = `${isOptionLeg} AND expiration < ${day} AND NOT ${moves}`;
      conditions.push(`(${isSummed}) IS NOT TRUE`);
      sums.push(sumsSql(`'option_premium'`, 'NULL::integer', `${where} AND ${isSummed}`));
    }
  }
  if (incomePer !== undefined) {
    const types = incomeTypes.filter((type) => !single.includes(type));
    const isSummed = `${where} AND type IN (${literalList(types)})`;
    sums.push(sumsSql('type', dayNumber(`${periodOf(incomePer, zone)}::date`), isSummed));
  }
  const entries = `
    SELECT account_id, symbol, strike, ${dayNumber('expiration')}, type, amount, qty,
      ${dayNumber(`${localTime(zone)}::date`)}, (date_part('epoch', ts) * 1000)::bigint, recorded, id, ${legSql}, ${endsSql}, ${termsSql}
    FROM journal
    WHERE ${conditions.join(' AND ')}`;
  return [entries, ...sums].join(`
    UNION ALL`);
}

function sumsSql(type: string, day: string, where: string): string {
  return `
    SELECT account_id, symbol, NULL, NULL, ${type}, sum(amount), NULL, ${day},
      NULL, NULL, NULL, NULL, NULL, NULL
    FROM journal
    WHERE ${where}
    GROUP BY 1, 2, 5, 8`;
}

/** Reads the entries of the ledger, and the sums. */
export class LedgerReader {
  readonly entries: LedgerEntry[] = [];
  readonly #holdings = new Map<string, Holding>();

  constructor(
    private readonly holdings: Holdings,
    private readonly report: LedgerReport,
  ) {}

  read(row: Row): void {
    const type = types.get(row.ascii(4) as string) as EntryType;
    const holding = this.#holdingOf(row);
    const amount = unitsOf(row.ascii(5) as string);
    const id = row.text(10);
    if (id === null) return this.#readSum(row, type, holding, amount);
    const contract = concernsOption(type, row) ? contractOf(holding, row.ascii(2), row.integer(3)) : null;
    const leg = row.ascii(11) as OptionLeg | null;
    if (contract !== null && leg !== null && !isShares(type))
      contract.statedLeg = (contract.statedLeg ?? leg) === leg ? leg : 'both';
    const qty = row.ascii(6);
    // No spread here: it makes objects several times slower.
    this.entries.push({
      type,
      holding,
      contract,
      leg,
      amount,
      tradeCash: amount,
      qty: qty === null ? 0n : unitsOf(qty),
      day: row.integer(7) as Day,
      ts: Number(row.ascii(8)),
      recorded: Number(row.ascii(9)),
      id,
      ends: row.ascii(12) as LedgerEntry['ends'],
      terms: termsOf(row.json(13) as TermFields | null),
    });
  }

  #readSum(row: Row, type: EntryType, holding: Holding, amount: bigint): void {
    const kind = incomeKinds[type];
    if (kind === undefined) holding.premium += amount;
    else this.report.income?.({ day: row.integer(7) as Day, holding }, kind, amount);
  }

  /** A key of bytes is faster than a decoded account and symbol. */
  #holdingOf(row: Row): Holding {
    const key = row.key(2);
    let holding = this.#holdings.get(key);
    if (holding === undefined) {
      holding = this.holdings.holding(row.text(0) as string, row.text(1));
      this.#holdings.set(key, holding);
    }
    return holding;
  }
}

/** Strike and expiration name an option. Those of a share trade name the option that caused it. */
function concernsOption(type: EntryType, row: Row): boolean {
  if (type === 'position_transfer') return row.ascii(2) !== null;
  return type === 'option_adjustment' || isOptionPremium(type) || (isShares(type) && row.integer(3) !== null);
}

type TermFields = [
  ratioTo: number | null,
  ratioFrom: number | null,
  targetSymbol: string | null,
  targetStrike: string | null,
  targetAccountId: string | null,
  multiplier: string | null,
  deliverable: string | null,
  cost: string | null,
  costShare: string | null,
  acquiredOn: Day | null,
  section1256: boolean | null,
  replaces: string | null,
];

function termsOf(fields: TermFields | null): Terms | null {
  if (fields === null) return null;
  const [ratioTo, ratioFrom, targetSymbol, targetStrike, targetAccountId, ...others] = fields;
  const [multiplier, deliverable, cost, costShare, acquiredOn, section1256, replaces] = others;
  return {
    ...{ targetSymbol, targetStrike, targetAccountId, acquiredOn, isSection1256: section1256 === true },
    replaces,
    ...{ ratioTo: ratioTo === null ? null : BigInt(ratioTo) },
    ...{ ratioFrom: ratioFrom === null ? null : BigInt(ratioFrom) },
    ...{ multiplier: units(multiplier), deliverable: units(deliverable) },
    ...{ cost: units(cost), costShare: units(costShare) },
  };
}

const units = (decimal: string | null) => (decimal === null ? null : unitsOf(decimal));
