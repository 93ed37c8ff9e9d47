import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EntryConflictError,
  InvalidInputError,
  UnknownAccountError,
  UserNotFoundError,
} from '../../src/index.js';
import type { JournalEntry, NewEntry } from '../../src/index.js';
import { entryColumns, type EntryKind } from '../../src/model/entry-column.js';
import { appendable } from '../support/conforming.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { contents } from '../support/record-arbitraries.js';
import { failureOf } from '../support/failure.js';

describe('JournalRepository.append', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const append = (entry: NewEntry) => inScope(() => under.journal.append(entry));
  const appendAll = (entries: NewEntry[]) => inScope(() => under.journal.append(entries));
  const stored = () => inScope(async () => (await under.journal.page({ limit: 100, status: 'all' })).entries);

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('stores the values at the time of the call, regardless of later changes', async () => {
    const ts = new Date('2026-02-02T15:00:00Z');
    const metas: Record<string, unknown>[] = [
      { leg: 'put' },
      { rolls: [{ to: 'put-2' }], n: -0 },
      Object.defineProperty({ leg: 'put' }, 'toJSON', { value: () => ({ leg: 'call' }) }),
    ];
    const appending = metas.map((meta) =>
      under.scope.run(userId, () => under.journal.append(putSold({ ts, meta }))),
    );
    ts.setFullYear(1999);
    for (const meta of metas) Object.assign(meta, { leg: 'changed', rolls: 'changed' });
    const appended = await Promise.all(appending);
    const stored = await Promise.all(
      appended.map(({ id }) => under.scope.run(userId, () => under.journal.get(id))),
    );

    expect(appended).toEqual(stored);
    expect(appended.map((entry) => entry.ts.getUTCFullYear())).toEqual([2026, 2026, 2026]);
    expect(stored.map(({ meta }) => meta)).toEqual([
      { leg: 'put' },
      { rolls: [{ to: 'put-2' }], n: 0 },
      { leg: 'call' },
    ]);
  });

  it('keeps the key __proto__ in meta', async () => {
    const meta = JSON.parse('{"__proto__":{"leg":"put"},"leg":"call"}') as Record<string, unknown>;
    const entry = await under.scope.run(userId, () => under.journal.append(putSold({ meta })));

    expect(Object.entries(entry.meta)).toEqual([
      ['__proto__', { leg: 'put' }],
      ['leg', 'call'],
    ]);
    const read = await under.scope.run(userId, () => under.journal.get(entry.id));
    expect(JSON.stringify(read.meta)).toBe('{"leg":"call","__proto__":{"leg":"put"}}');
  });

  it('returns entries as later reads return them, for any form of the input', async () => {
    const forms: Partial<Record<EntryKind, fc.Arbitrary<unknown>>> = {
      amount: fc.constantFrom('007', '-0', '-0.00', '1.1', '-1.30', '999999999999.99999999'),
      quantity: fc.constantFrom('0', '3', '00.735768', '1.00', '2.500000000000'),
      positive: fc.constantFrom('0.1', '5', '00.735768', '000.5'),
      object: fc.constantFrom({ leg: 'put', at: new Date(0), none: undefined, nan: NaN }, { a: [{ b: -0 }] }),
    };
    const otherForms = Object.fromEntries(
      entryColumns.flatMap(({ property, kind }) => (forms[kind] ? [[property, forms[kind]]] : [])),
    );
    const given = fc
      .tuple(contents, fc.record(otherForms, { requiredKeys: [] }))
      .map(([entry, some]) => appendable({ ...entry, ...some }));
    await fc.assert(
      fc.asyncProperty(fc.array(given, { minLength: 1, maxLength: 3 }), async (news) => {
        await under.scope.run(userId, async () => {
          const entries = await under.journal.append(news);
          for (const entry of entries) expect(entry).toEqual(await under.journal.get(entry.id));
        });
      }),
      { numRuns: 30 },
    );
  });

  it('stores one entry, and returns it as stored', async () => {
    const entry = await append(putSold({ id: 'put-1' }));

    expect(entry).toMatchObject({
      ...putSold({ id: 'put-1', amount: '260.41309812', qty: '2.00000000', strike: '180.50000000' }),
      userId,
      notes: null,
      underlyingPrice: null,
      deletedAt: null,
      originalEntryId: null,
    });
    expect(await stored()).toEqual([entry]);
  });

  it('creates a UUIDv7 for an entry without an id', async () => {
    const { id } = await append(putSold());

    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('returns several entries in their given order', async () => {
    const ids = ['b', 'a', 'd', 'c'];
    const entries = await appendAll(ids.map((id) => putSold({ id })));

    expect(entries.map(({ id }) => id)).toEqual(ids);
    expect(await appendAll([])).toEqual([]);
  });

  it('stores all of several entries or none', async () => {
    const entries = [putSold({ id: 'good' }), putSold({ id: 'bad', accountId: 'acct-9' })];

    await expect(appendAll(entries)).rejects.toThrow(UnknownAccountError);
    expect(await stored()).toEqual([]);
  });

  it('changes nothing if the call is repeated, also after the deletion of the entry', async () => {
    const entry = putSold({ id: 'put-1', meta: { leg: 'put', rolls: [1, { to: null }] } });
    const first = await append(entry);
    await under.owner.query(`UPDATE journal SET deleted_at = now() WHERE user_id = $1`, [userId]);
    // Equal content in another notation.
    const again = await append({
      ...entry,
      amount: '260.413098120',
      meta: { rolls: [1, { to: null }], leg: 'put' },
    });

    expect({ ...again, deletedAt: null }).toEqual(first);
    expect(again.deletedAt).toBeInstanceOf(Date);
    expect(await stored()).toHaveLength(1);
  });

  it('refuses other content for an existing id, names the columns, and writes nothing', async () => {
    await append(putSold({ id: 'put-1' }));
    const different = putSold({
      id: 'put-1',
      amount: '260.41309813',
      symbol: null,
      ts: new Date(0),
      meta: {},
    });
    const failure = await failureOf(appendAll([putSold({ id: 'put-2' }), different]));

    expect(failure).toBeInstanceOf(EntryConflictError);
    const [conflict, ...others] = (failure as EntryConflictError).conflicts;
    expect(others).toEqual([]);
    expect(conflict?.id).toBe('put-1');
    expect([...(conflict?.columns ?? [])].sort()).toEqual(['amount', 'meta', 'symbol', 'ts']);
    expect((await stored()).map(({ id }) => id)).toEqual(['put-1']);
  });

  it('lists every account that the user lacks', async () => {
    const accounts = ['acct-9', 'acct-1', 'acct-7', 'acct-9'];
    const failure = await failureOf(appendAll(accounts.map((accountId) => putSold({ accountId }))));

    expect(failure).toBeInstanceOf(UnknownAccountError);
    expect((failure as UnknownAccountError).accountIds).toEqual(['acct-9', 'acct-7']);
  });

  it('leaves a unit of work usable after a conflict, an unknown account and a missing entry', async () => {
    await append(putSold({ id: 'a' }));
    await inScope(() =>
      under.scope.transaction(async () => {
        const { journal } = under;
        const refused = [
          () => journal.append(putSold({ id: 'a', amount: '1' })),
          () => journal.append(putSold({ accountId: 'nowhere' })),
          () => journal.amend('missing', { notes: 'n' }, { reason: 'r' }),
        ];
        const codes = ['ENTRY_CONFLICT', 'UNKNOWN_ACCOUNT', 'ENTRY_NOT_FOUND'];
        for (const [place, write] of refused.entries())
          await expect(write()).rejects.toMatchObject({ code: codes[place] });
        await journal.append(putSold({ id: 'b' }));
      }),
    );
    expect((await stored()).map(({ id }) => id).sort()).toEqual(['a', 'b']);
  });

  it('refuses an id that occurs twice in one call', async () => {
    const failure = await failureOf(appendAll([putSold({ id: 'x' }), putSold({ id: 'x' })]));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems).toEqual([
      { index: 1, id: 'x', property: 'id', column: 'id', value: '"x"', reason: 'is given twice' },
    ]);
  });

  it('rejects an unknown user in scope', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';

    await expect(under.scope.run(nobody, () => under.journal.append(putSold()))).rejects.toThrow(
      UserNotFoundError,
    );
  });

  it('lets twenty concurrent calls with equal content succeed with one row', async () => {
    const calls = Array.from({ length: 20 }, () => append(putSold({ id: 'put-1' })));
    const [first, ...others] = await Promise.all(calls);

    for (const other of others) expect(other).toEqual(first);
    expect(await stored()).toEqual([first]);
  });

  it('lets exactly one of twenty concurrent calls with different contents succeed', async () => {
    const calls = Array.from({ length: 20 }, (_, index) =>
      append(putSold({ id: 'put-1', amount: `${index}` })),
    );
    const outcomes = await Promise.allSettled(calls);

    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(await stored()).toEqual(won.map(({ value }: PromiseFulfilledResult<JournalEntry>) => value));
    expect(won).toHaveLength(1);
    for (const { reason } of lost) expect(reason).toBeInstanceOf(EntryConflictError);
  });

  it('never deadlocks with calls that have the ids in another order', async () => {
    const entries = Array.from({ length: 200 }, (_, index) => putSold({ id: `put-${index}` }));
    for (let round = 0; round < 5; round += 1) {
      const fresh = entries.map((entry) => ({ ...entry, id: `${entry.id}-${round}` }));
      const results = await Promise.all([
        appendAll(fresh),
        appendAll(fresh.toReversed()),
        appendAll(fresh),
        appendAll(fresh.toReversed()),
      ]);
      for (const result of results) expect(result).toHaveLength(200);
    }
  });
});
