import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import * as templates from 'trading-journal-database/trades';
import { sellPut } from 'trading-journal-database/trades';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const {
  adjustOption,
  buyShares,
  buyToClose,
  buyToOpen,
  callAssigned,
  correction,
  deposit,
  dividend,
  fee,
  interest,
  merger,
  optionAssigned,
  optionExercised,
  optionExpired,
  optionSettled,
  paymentInLieu,
  putAssigned,
  rebate,
  receiveShares,
  returnOfCapital,
  roll,
  securitiesLending,
  sellCoveredCall,
  sellShares,
  sellToClose,
  spinOff,
  split,
  symbolChange,
  transfer,
  transferPosition,
  withdrawal,
  withheldTax,
} = templates;

const page = readFileSync('docs/guides/templates.md', 'utf8');
const examples = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code).join('');
/** The types and amounts of the entries of each trade, by its id, as the page's comments say. */
const commented = Object.fromEntries(
  [...examples.matchAll(/^await journal\.append\(([\s\S]*?)\);(?: \/\/ (.*))?$/gm)].flatMap(
    ([, call = '', comment]) =>
      comment === undefined ? [] : [[/id: '([\w-]+)'/.exec(call)?.[1] ?? call, comment.replaceAll('−', '-')]],
  ),
);

describe('the guide to the templates', () => {
  let app: JournalUnderTest;
  let entriesOf: Record<string, string>;

  beforeAll(async () => {
    app = await startJournal();
    await app.scope.run(await app.newUser(), async () => {
      await appendExamples(app);
      const { entries } = await app.journal.page({ limit: 100 });
      entriesOf = {};
      for (const { id, type, amount } of entries.toReversed()) {
        const [trade = ''] = id.split(':');
        const told = `${type} ${new Decimal(amount).toString()}`;
        entriesOf[trade] = entriesOf[trade] === undefined ? told : `${entriesOf[trade]}, ${told}`;
      }
    });
  });
  afterAll(() => app?.close());

  it('has an example of each template', () => {
    const called = [...examples.matchAll(/append\(\s*(\w+)\(/g)].map(([, name]) => name);
    expect([...new Set(called)].sort()).toEqual(Object.keys(templates).sort());
  });

  it.each(Object.entries(commented))('lists the entries of %s', (id, comment) => {
    expect(sorted(entriesOf[id] ?? '')).toEqual(sorted(comment));
  });

  it('prints the entries of its first example', () => {
    expect(entriesOf['put-1']).toBe('sell_to_open 312, fee -1.3');
  });
});

/** The entries of a trade have one instant; their order is that of recording. */
const sorted = (entries: string) => entries.split(', ').sort();

/** The examples of the page, in its order; snippets.spec.ts compares them. */
async function appendExamples({ journal }: JournalUnderTest): Promise<void> {
  const trade = { ts: new Date('2026-11-27T15:30:00Z'), accountId: 'acct-1', symbol: 'SPY' };
  const option = { ...trade, contracts: '2', strike: '540', expiration: '2026-12-18' } as const;
  await journal.append(sellPut({ ...option, id: 'put-1', price: '1.56', fee: '1.30' }));

  const call = { ...option, strike: '600' } as const;
  await journal.append(sellCoveredCall({ ...call, id: 'call-1', price: '2.10' })); // sell_to_open 420
  await journal.append(buyToClose({ ...option, id: 'close-1', leg: 'put', price: '0.40', fee: '1.30' })); // buy_to_close −80, fee −1.3
  await journal.append(buyToOpen({ ...option, id: 'long-1', leg: 'call', price: '5' })); // buy_to_open −1000
  await journal.append(sellToClose({ ...option, id: 'long-2', leg: 'call', total: '1249.50' })); // sell_to_close 1249.5
  await journal.append(
    roll({
      ...trade,
      id: 'roll-1',
      leg: 'put',
      close: { contracts: '2', strike: '540', expiration: '2026-12-18', price: '3' },
      open: { contracts: '2', strike: '530', expiration: '2027-01-15', price: '4.20' },
    }),
  ); // buy_to_close −600, sell_to_open 840

  await journal.append(buyShares({ ...trade, id: 'buy-1', shares: '10.5', price: '540.20' })); // assignment_shares −5672.1
  await journal.append(sellShares({ ...trade, id: 'sale-1', shares: '10', price: '550', fee: '1' })); // share_sale 5500, fee −1
  await journal.append(
    receiveShares({ ...trade, id: 'gift-1', shares: '5', cost: '900', acquiredOn: '2020-05-04' }),
  ); // shares_received 0
  const accounts = { ts: trade.ts, fromAccountId: 'acct-1', toAccountId: 'acct-2' };
  await journal.append(transferPosition({ ...accounts, id: 'move-1', symbol: 'SPY', shares: '5' })); // position_transfer 0

  const account = { ts: trade.ts, accountId: 'acct-1' };
  await journal.append(dividend({ ...trade, id: 'dividend-1', amount: '60' })); // dividend 60
  await journal.append(withheldTax({ ...trade, id: 'tax-1', amount: '12.60' })); // withheld_tax −12.6
  await journal.append(interest({ ...account, id: 'interest-1', amount: '-12.50' })); // interest −12.5
  await journal.append(paymentInLieu({ ...trade, id: 'lieu-1', amount: '-4' })); // dividend_in_lieu −4
  await journal.append(securitiesLending({ ...trade, id: 'lending-1', amount: '1.20' })); // securities_lending 1.2
  await journal.append(rebate({ ...account, id: 'rebate-1', amount: '0.35' })); // rebate 0.35
  await journal.append(fee({ ...account, id: 'fee-1', amount: '10' })); // fee −10
  await journal.append(correction({ ...account, id: 'correction-1', amount: '-1.35' })); // correction −1.35
  await journal.append(deposit({ ...account, id: 'deposit-1', amount: '20000' })); // transfer 20000
  await journal.append(withdrawal({ ...account, id: 'withdrawal-1', amount: '500' })); // transfer −500
  await journal.append(transfer({ ...accounts, id: 'transfer-1', amount: '100' })); // transfer −100, transfer 100

  const end = { ...option, ts: new Date('2026-12-18T21:00:00Z') } as const;
  await journal.append(putAssigned({ ...end, id: 'end-1' })); // expiration 0, assignment_shares −108000
  await journal.append(callAssigned({ ...end, id: 'end-2', fee: '5' })); // expiration 0, share_sale 108000, fee −5
  await journal.append(optionAssigned({ ...end, id: 'end-3', leg: 'put', part: 'option' })); // expiration 0
  await journal.append(optionExercised({ ...end, id: 'end-4', leg: 'put', contracts: '1' })); // expiration 0, share_sale 54000
  await journal.append(optionSettled({ ...end, id: 'end-5', leg: 'put', side: 'long', price: '12.34' })); // expiration 2468
  await journal.append(optionExpired({ ...end, id: 'end-6', leg: 'call', side: 'long' })); // expiration 0

  const put = { leg: 'put', strike: '540', expiration: '2026-12-18' } as const;
  const halved = { ...put, targetStrike: '270', ratioTo: 2, ratioFrom: 1 } as const;
  await journal.append(split({ ...trade, id: 'split-1', ratioTo: 2, ratioFrom: 1, options: [halved] })); // split 0, option_adjustment 0
  await journal.append(split({ ...trade, id: 'split-2', ratioTo: 1, ratioFrom: 10, cashInLieu: '4.31' })); // split 4.31
  await journal.append(symbolChange({ ...trade, id: 'name-1', targetSymbol: 'SPYX' })); // symbol_change 0
  await journal.append(
    merger({ ...trade, id: 'merger-1', targetSymbol: 'BIG', ratioTo: 1, ratioFrom: 2, cash: '125' }),
  ); // merger 125
  await journal.append(
    spinOff({ ...trade, id: 'spin-1', targetSymbol: 'NEW', ratioTo: 1, ratioFrom: 4, costShare: '0.2' }),
  ); // spin_off 0
  await journal.append(returnOfCapital({ ...trade, id: 'capital-1', amount: '40' })); // return_of_capital 40
  await journal.append(adjustOption({ ...trade, ...put, id: 'adjust-1', deliverable: '10' })); // option_adjustment 0
}
