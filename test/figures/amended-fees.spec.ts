import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProfitReadModel } from '../../src/index.js';
import type { NewEntry } from '../../src/index.js';
import { planOfCall } from '../support/plan-nodes.js';
import { EntryVersions } from '../../src/figures/ledger/fee-trades.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const trade = { accountId: 'acct-1', symbol: 'ZZA' } as const;
const ts = new Date('2026-01-05T15:00:00Z');
const put = (id: string, strike: '50' | '45', amount: '200' | '120'): NewEntry => ({
  ...{ ...trade, id, ts, type: 'sell_to_open', qty: '1', amount, strike },
  ...{ expiration: '2026-02-20', meta: { leg: 'put' } },
});
const fee = (id: string, amount: '-0.65' | '-1.3'): NewEntry => ({ ...trade, id, ts, type: 'fee', amount });
const request = { on: '2026-03-01' };

describe('The fee of a trade that was sold with another at one instant', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
    const entries = [put('one', '50', '200'), put('other', '45', '120'), fee('one:fee', '-0.65')];
    await inScope(() => under.journal.append(entries));
  });

  const proceeds = (asOf?: Date) =>
    inScope(async () => {
      const profits = under.get(ProfitReadModel);
      const known = { ...request, ...(asOf && { asOf }) };
      const lots = await profits.closedLots(known);
      return {
        proceeds: lots.map((lot) => Number(lot.proceeds)).sort((a, b) => a - b),
        unassigned: (await profits.unassignedFees(known)).map(({ id }) => id),
      };
    });
  const { id: _, ...amendedPut } = put('one', '50', '200');
  const amend = (id: string, replacement: string, entry: NewEntry = { ...amendedPut, amount: '210' }) =>
    inScope(() => under.journal.amend(id, entry, { reason: 'typo', id: replacement }));

  it('belongs to the entry that replaced the trade, also after a second amendment', async () => {
    await amend('one', 'second');
    expect(await proceeds()).toEqual({ proceeds: [120, 209.35], unassigned: [] });
    await amend('second', 'third', { ...amendedPut, amount: '220' });
    expect(await proceeds()).toEqual({ proceeds: [120, 219.35], unassigned: [] });
  });

  it('belongs to no trade while its trade is removed, and to the trade after a restoration', async () => {
    await inScope(() => under.journal.remove('one', { reason: 'never happened' }));
    expect(await proceeds()).toEqual({ proceeds: [120], unassigned: ['one:fee'] });
    await inScope(() => under.journal.restore('one', { id: 'again' }));
    expect(await proceeds()).toEqual({ proceeds: [120, 199.35], unassigned: [] });
  });

  it('belongs to the trade after an amendment of the fee, or of both', async () => {
    const { id: __, ...amendedFee } = fee('one:fee', '-1.3');
    await amend('one:fee', 'other-id', amendedFee);
    expect(await proceeds()).toEqual({ proceeds: [120, 198.7], unassigned: [] });
    await amend('one', 'second');
    expect(await proceeds()).toEqual({ proceeds: [120, 208.7], unassigned: [] });
  });

  it('belongs to the trade as known at an instant', async () => {
    const second = await amend('one', 'second');
    expect(await proceeds(new Date(second.createdAt.getTime() - 1))).toEqual({
      ...{ proceeds: [120, 199.35], unassigned: [] },
    });
    expect(await proceeds(second.createdAt)).toEqual({ proceeds: [120, 209.35], unassigned: [] });
  });

  it('belongs to the only trade known at an instant, also if its id names a trade appended later', async () => {
    const later = { ...put('later', '50', '200'), ts: new Date('2026-01-06T15:00:00Z') };
    const [known] = await inScope(() =>
      under.journal.append([
        { ...later, id: 'known' },
        { ...fee('later:fee', '-1.3'), ts: later.ts },
      ]),
    );
    const before = await proceeds();
    expect(before).toEqual({ proceeds: [120, 198.7, 199.35], unassigned: [] });

    await inScope(() => under.journal.append(later));
    expect(await proceeds(known?.createdAt)).toEqual(before);
    expect(await proceeds()).toEqual({ proceeds: [120, 198.7, 199.35, 200], unassigned: [] });
  });

  it('is read by one statement while no fee requires the links', async () => {
    await inScope(() => under.journal.append([fee('data', '-0.65')]));
    const closedLots = () => under.get(ProfitReadModel).closedLots(request);
    await expect(planOfCall(under, userId, closedLots)).resolves.toBeDefined();
    await amend('one', 'second');
    await expect(planOfCall(under, userId, closedLots)).rejects.toThrow('2 statements were sent');
  });
});

it('A cycle of entries that replace each other ends the search', () => {
  const versions = new EntryVersions();
  versions.add('a', 'b');
  versions.add('b', 'a');

  expect([...versions.from('a')]).toEqual(['a', 'b']);
  expect([...versions.before('a')]).toEqual(['a', 'b']);
});
