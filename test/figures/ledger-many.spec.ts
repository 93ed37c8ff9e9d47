// @slow: plays random journals
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Book } from '../oracles/ledger-book.js';
import type { BookRequest } from '../oracles/ledger-book.js';
import { asLeg, isAssigned, isShareTrade, readEntries, todayOf } from '../oracles/ledger-entries.js';
import type { ReadEntry } from '../oracles/ledger-entries.js';
import { acquisitionDay } from '../oracles/ledger-holdings.js';
import type { Lot as ModelLot } from '../oracles/ledger-holdings.js';
import { text, units } from '../oracles/ledger-numbers.js';
import { closedLots, realisedProfit, unmatched } from '../oracles/ledger.model.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';
import { expiredInOrder } from './expired-in-order.js';
import { ledgerJournal, ledgerQuestion } from '../support/ledger-journals.js';
import { rounds } from '../support/rounds.js';
import { TextRow } from '../../src/driver/contract/row.js';
import { ClosedLots } from '../../src/figures/closed-lots.js';
import { Holdings } from '../../src/figures/ledger/holdings.js';
import { postEntries } from '../../src/figures/ledger/ledger.js';
import { assignFees, EntryVersions } from '../../src/figures/ledger/fee-trades.js';
import type { Lot, LotSide } from '../../src/figures/ledger/lots.js';
import { dayOf, dayText } from '../../src/figures/ledger/calendar.js';
import { LedgerReader } from '../../src/figures/ledger/read-entries.js';
import { incomeTypes } from '../../src/figures/ledger/report.js';
import type { LedgerReport } from '../../src/figures/ledger/report.js';
import { TaxRules } from '../../src/figures/ledger/tax-rules.js';
import { Trading } from '../../src/figures/ledger/trading.js';
import { UnmatchedEntries } from '../../src/figures/ledger/unmatched.js';
import { ProfitBook } from '../../src/figures/profit-book.js';

// Compares the ledger of the read models with the ledger oracle without a database, for many more
// journals than a database could store in the time. ledger.spec.ts compares the SQL statements too.

type Question = typeof ledgerQuestion extends fc.Arbitrary<infer T> ? T : never;
type Figures = Record<string, unknown>;

const runs = rounds(2_000);

const decimal = (value: string | null) => (value === null ? null : text(units(value)));

const dayNumber = (day: string | null) => (day === null ? null : String(Date.parse(day) / 86_400_000));

/** The rows that the ledger's statement would return, with each income as a sum of its own. */
function rowsOf(entries: readonly ReadEntry[], basis: Question['basis']): TextRow[] {
  const isWithoutEffect = (entry: ReadEntry) =>
    entry.type === 'expiration' &&
    !isAssigned(entry) &&
    entry.cash === 0n &&
    asLeg(entry.meta['leg']) === null;
  const isRead = (entry: ReadEntry) =>
    entry.type !== 'transfer' && entry.type !== 'correction' && !isWithoutEffect(entry);
  return entries.filter(isRead).map((entry) => {
    const { accountId, symbol, strike, expiration, type, cash, qty, dayOf, ts, recorded, id, meta } = entry;
    const said = isShareTrade(entry) ? meta['from'] : meta['leg'];
    const leg = asLeg(said);
    const sides: Record<string, string> = { buy_to_open: 'long', sell_to_open: 'short' };
    const ends = isAssigned(entry) ? (sides[String(meta['closes'])] ?? 'unsaid') : null;
    const isSum = incomeTypes.includes(type) && !(basis === 'tax' && type === 'fee');
    return new TextRow([
      ...[accountId, symbol, decimal(strike), dayNumber(expiration), type, text(cash), decimal(qty)],
      ...[
        dayNumber(dayOf),
        String(ts.getTime()),
        recorded,
        isSum ? null : id,
        leg,
        ends,
        JSON.stringify(termsOf(entry)),
      ],
    ]);
  });
}

function termsOf(entry: LedgerEntry): unknown[] | null {
  const { ratioTo, ratioFrom, targetSymbol, targetStrike, targetAccountId, multiplier } = entry;
  const { deliverable, cost, costShare, acquiredOn, section1256, originalEntryId } = entry;
  const replaces = entry.type === 'fee' ? originalEntryId : null;
  const acquiredDay = acquiredOn === null ? null : Number(dayNumber(acquiredOn));
  const terms = [
    ...[ratioTo, ratioFrom, targetSymbol, decimal(targetStrike), targetAccountId, decimal(multiplier)],
    ...[decimal(deliverable), decimal(cost), decimal(costShare), acquiredDay, section1256],
    replaces,
  ];
  return terms.every((term) => term === null) ? null : terms;
}

/** The result of the read models' ledger. */
async function followed(entries: readonly LedgerEntry[], question: Question): Promise<Figures> {
  const { accountId, symbol, method, basis, per } = question;
  const isAsked = (row: { accountId: string; symbol: string | null }) =>
    (accountId === undefined || row.accountId === accountId) &&
    (symbol === undefined || row.symbol === symbol);
  const holdings = new Holdings(method);
  const profit = new ProfitBook(per, basis, isAsked);
  const closed = new ClosedLots(isAsked);
  const left = new UnmatchedEntries(({ holding }) => isAsked(holding));
  const report: LedgerReport = {
    closed: (closing) => [profit, closed].forEach((one) => one.closed(closing)),
    disallowed: (...loss) => [profit, closed].forEach((one) => one.disallowed(...loss)),
    income: (...income) => profit.income(...income),
    unmatched: (...entry) => left.unmatched(...entry),
  };
  const reader = new LedgerReader(holdings, report);
  // The oracle sorts its rows as the ledger does. The database returns rows in any order.
  for (const row of rowsOf(readEntries(entries, question), basis).reverse()) reader.read(row);

  const versions = new EntryVersions();
  for (const { id, originalEntryId } of entries)
    if (originalEntryId !== null) versions.add(originalEntryId, id);
  const ids = new Set(entries.map(({ id }) => id));
  const findIds = (named: readonly string[]) => Promise.resolve(new Set(named.filter((id) => ids.has(id))));
  const tax = basis === 'tax' ? new TaxRules(report, holdings) : undefined;
  const { others, unassigned } = await assignFees(reader.entries, () => Promise.resolve(versions), findIds);
  const trading = new Trading(tax ?? report, dayOf(todayOf(question)));
  postEntries([...others, ...unassigned], holdings, trading, tax);
  const open = [...holdings].map(({ accountId, symbol, long, short, premium }) => [
    ...[accountId, symbol, String(premium), lotsOf(long), lotsOf(short)],
  ]);
  const options = [...holdings.positions()].map(({ contract, leg, long, short }) => [
    ...[contract.holding.accountId, contract.holding.symbol, contract.strike],
    ...[contract.expiration === null ? null : dayText(contract.expiration), leg],
    ...[lotsOf(long), lotsOf(short)],
  ]);
  for (const position of holdings.positions()) trading.expire(position);
  return {
    ...{ shares: found(open), options: found(options), profit: profit.rows(), unmatched: left.rows() },
    ...(basis === 'tax' && {
      closed: expiredInOrder(closed.rows().map(({ description: _, ...row }) => row)),
    }),
  };
}

const lotsOf = ({ lots }: LotSide) =>
  lots.map(({ openedBy, acquiredOn, pieces, amount, multiplier, deliverable }: Lot) =>
    [openedBy.id, dayText(acquiredOn), pieces, amount, multiplier, deliverable].join(' '),
  );

/** The result of the oracle. */
function modelled(entries: readonly LedgerEntry[], question: Question): Figures {
  const request: BookRequest = question;
  const book = new Book(entries, request);
  const open = book.shares
    .all()
    .map(({ accountId, symbol, long, short }) => [
      ...[accountId, symbol, String(book.premiumOf(accountId, symbol).sum)],
      ...[long.lots, short.lots].map((lots) => lots.map((lot) => lineOf(lot, true))),
    ]);
  const options = book.options
    .all()
    .map(({ accountId, symbol, strike, expiration, leg, long, short }) => [
      ...[accountId, symbol, strike === null ? null : text(strike), expiration, leg],
      ...[long.lots, short.lots].map((lots) => lots.map((lot) => lineOf(lot, false))),
    ]);
  return {
    ...{ shares: found(open), options: found(options), profit: realisedProfit(entries, question) },
    unmatched: unmatched(entries, question),
    ...(question.basis === 'tax' && { closed: expiredInOrder(closedLots(entries, question)) }),
  };
}

/** Removes the multiplier from share lots: the read models set it there, but never use it. */
function lineOf(lot: ModelLot, isOfShares: boolean): string {
  const { opening, pieces, amount, multiplier, deliverable } = lot;
  const terms = isOfShares ? ['10000000000', '10000000000'] : [multiplier, deliverable];
  return [opening.id, acquisitionDay(lot), pieces, amount, ...terms].join(' ');
}

/** Sorted holdings with lots or premium, without empty lots. */
function found(holdings: (string | null | string[])[][]): string[] {
  const isSomething = (line: string) => !/^\S+ \S+ 0 0 /.test(line);
  return holdings
    .map((fields) => fields.map((field) => (Array.isArray(field) ? field.filter(isSomething) : field)))
    .filter((fields) => fields.some((field) => Array.isArray(field) && field.length > 0))
    .map((fields) => JSON.stringify(fields))
    .sort();
}

describe('For any journal, without a database,', () => {
  it('lots, profit, closed lots and unmatched entries equal those of the ledger model', async () => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(ledgerJournal, ledgerQuestion, async (entries, question) => {
        const model = modelled(entries, question);
        expect({ question, ...(await followed(entries, question)) }).toEqual({ question, ...model });
        for (const [name, rows] of Object.entries(model))
          seen[name] = (seen[name] ?? 0) + (rows as unknown[]).length;
      }),
      { numRuns: runs },
    );
    // Ensures that the random journals reach all cases.
    for (const [name, count] of Object.entries(seen)) expect([name, count > 0]).toEqual([name, true]);
  }, 36_000_000);
});
