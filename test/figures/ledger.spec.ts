// @slow: stores random journals
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { expiredInOrder } from './expired-in-order.js';
import { ledgerJournal, ledgerQuestion } from '../support/ledger-journals.js';
import { rounds } from '../support/rounds.js';
import { units } from '../oracles/ledger-numbers.js';
import {
  balances,
  closedLots,
  identity,
  openLots,
  positions,
  realisedProfit,
  shareLots,
  unassignedFees,
  unmatched,
} from '../oracles/ledger.model.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';
import {
  CashReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import type { DayRequest, EntryRecord } from '../../src/index.js';

const runs = rounds(40);

type Question = typeof ledgerQuestion extends fc.Arbitrary<infer T> ? T : never;

const ofEverything: Question = {
  ...{ today: '2026-02-01', timeZone: 'UTC', method: 'fifo', basis: 'cash', per: 'month', status: 'all' },
};

/** The parameters without `today`, because cash figures do not depend on it. */
function ofDay({ accountId, symbol, asOf, timeZone, ...others }: Question): DayRequest {
  return {
    ...{ timeZone, ...(accountId && { accountId }), ...(symbol && { symbol }), ...(asOf && { asOf }) },
    ...('on' in others && { on: others.on }),
  };
}

/** Every figure from the read models. */
async function figuresOf(under: JournalUnderTest, question: Question): Promise<Record<string, unknown[]>> {
  const options = under.get(OptionPositionsReadModel);
  const shares = under.get(ShareLotsReadModel);
  const profit = under.get(ProfitReadModel);
  const { per, basis, method, status, ...which } = question;
  return {
    positions: await options.list({ ...which, status }),
    'unmatched of options': await options.unmatched(which),
    'share lots': await shares.list({ ...which, method }),
    'open lots': await shares.open({ ...which, method }),
    'unmatched of shares': await shares.unmatched({ ...which, method }),
    profit: await profit.realised({ ...which, per, basis, method }),
    'closed lots': expiredInOrder(
      (await profit.closedLots({ ...which, method })).map(({ description: _, ...row }) => row),
    ),
    unmatched: await profit.unmatched({ ...which, method }),
    'unassigned fees': await profit.unassignedFees(ofDay(question)),
    balances: await under.get(CashReadModel).balances(ofDay(question)),
  };
}

/** Every figure from the oracle. */
function modelledFigures(entries: readonly LedgerEntry[], question: Question): Record<string, unknown[]> {
  return {
    positions: positions(entries, question),
    'unmatched of options': unmatched(entries, { ...question, basis: 'cash', of: 'options' }),
    'share lots': shareLots(entries, question),
    'open lots': openLots(entries, question),
    'unmatched of shares': unmatched(entries, { ...question, basis: 'cash', of: 'shares' }),
    profit: realisedProfit(entries, question),
    'closed lots': expiredInOrder(closedLots(entries, question)),
    unmatched: unmatched(entries, { ...question, basis: 'cash' }),
    'unassigned fees': unassignedFees(entries, question),
    balances: balances(entries, question),
  };
}

describe('For any journal', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  async function storedEntries(): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for await (const entry of under.journal.stream({ status: 'all' })) entries.push(entry);
    return entries;
  }

  it('every figure equals that of the ledger model, to the last digit', async () => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(
        ledgerJournal,
        fc.array(ledgerQuestion, { minLength: 4, maxLength: 4 }),
        async (journal, asked) => {
          await under.scope.run(await under.newUser(), async () => {
            await under.journal.load(journal as EntryRecord[]);
            const entries = await storedEntries();
            expect(entries).toHaveLength(journal.length);
            const everything = (['cash', 'tax'] as const).map((basis) => ({ ...ofEverything, basis }));
            for (const question of [...everything, ...asked]) {
              const modelled = modelledFigures(entries, question);
              expect({ question, ...(await figuresOf(under, question)) }).toEqual({ question, ...modelled });
              const ofAll = { ...question, accountId: undefined, symbol: undefined };
              const cash = await under.get(CashReadModel).balances(ofDay(ofAll));
              const total = cash.reduce((sum, { balance }) => sum + units(balance), 0n);
              const accountedFor = units(identity(entries, ofAll).accountedFor);
              expect({ question, total }).toEqual({ question, total: accountedFor });
              for (const [name, rows] of Object.entries(modelled))
                seen[name] = (seen[name] ?? 0) + rows.length;
            }
          });
        },
      ),
      { numRuns: runs },
    );
    // Ensures that the random journals reach all cases.
    for (const [name, count] of Object.entries(seen)) expect([name, count > 0]).toEqual([name, true]);
  }, 1_800_000);
});
