// @slow: loads large journals
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EntryConflictError,
  EntryNotFoundError,
  InvalidInputError,
  JournalEntry,
  UnknownAccountError,
  UserNotFoundError,
} from '../../src/index.js';
import type { EntryRecord, LoadedEntry } from '../../src/index.js';
import { journalRecords, text } from '../support/database-arbitraries.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

describe('A load of entries', () => {
  let under: JournalUnderTest;
  let anna: string;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    anna = await under.newUser();
  });

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(anna, work);
  const stored = () =>
    under.owner.getRepository(JournalEntry).find({ where: { userId: anna }, withDeleted: true });
  function* entries(count: number, different: (n: number) => Partial<EntryRecord> = () => ({})) {
    for (let n = 0; n < count; n += 1) yield { ...putSold(), id: `entry-${n}`, ...different(n) };
  }

  it('stores the entries of any source, and reports its progress', async () => {
    const progress: number[] = [];
    const outcome = await asAnna(() =>
      under.journal.load(entries(4_500), { onProgress: (done) => progress.push(done) }),
    );
    async function* later(): AsyncGenerator<LoadedEntry> {
      for (const entry of entries(3)) yield await Promise.resolve({ ...entry, id: `later-${entry.id}` });
    }

    expect(outcome).toEqual({ inserted: 4_500, unchanged: 0 });
    expect(progress).toEqual([2_000, 4_000, 4_500]);
    expect(await asAnna(() => under.journal.load(later()))).toEqual({ inserted: 3, unchanged: 0 });
    expect(await asAnna(() => under.journal.load([]))).toEqual({ inserted: 0, unchanged: 0 });
    expect(await stored()).toHaveLength(4_503);
  });

  it('stores rows equal to those of an append, and changes nothing if it is repeated', async () => {
    const notes = fc.option(text({ maxLength: 8 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(journalRecords, fc.infiniteStream(notes), async (records, texts) => {
        const [one, other] = [await under.newUser(), await under.newUser()];
        const given = records.map((record, index) => ({
          ...record,
          createdAt: new Date('2026-01-01'),
          updatedAt: new Date('2026-01-01'),
          recorded: String(1_767_225_600_000_000 + index),
          notes: (texts.next().value as string | null | undefined) ?? null,
          meta:
            index % 2 === 0 ? { ...record.meta, 'a "quoted\\" {key}': [null, index] } : (record.meta ?? {}),
        }));
        await under.scope.run(one, () => under.journal.load(given));
        await under.scope.run(other, () =>
          under.owner.getRepository(JournalEntry).insert(
            given.map((record) => ({
              ...record,
              userId: other,
              meta: record.meta as Record<string, never>,
            })),
          ),
        );
        const again = await under.scope.run(one, () => under.journal.load(given));
        const rows = (userId: string) =>
          under.owner.query(
            `SELECT (to_jsonb(journal) - 'user_id')::text AS row FROM journal WHERE user_id = $1 ORDER BY id`,
            [userId],
          );

        expect(again).toEqual({ inserted: 0, unchanged: given.length });
        expect(await rows(one)).toEqual(await rows(other));
      }),
      { numRuns: 40 },
    );
  });

  it.each<[string, () => Iterable<LoadedEntry>, new (...args: never[]) => Error]>([
    ['a wrong value', () => entries(2_500, (n) => (n === 2_400 ? { qty: '-1' } : {})), InvalidInputError],
    [
      'an unknown account',
      () => entries(2_500, (n) => (n === 2_400 ? { accountId: 'x' } : {})),
      UnknownAccountError,
    ],
    [
      'another content for an id',
      () => entries(2_500, (n) => (n === 2_400 ? { id: 'entry-7', amount: '9' } : {})),
      EntryConflictError,
    ],
    [
      'an original that is nowhere',
      () => entries(2_500, (n) => (n === 2_400 ? { originalEntryId: 'x' } : {})),
      EntryNotFoundError,
    ],
    [
      'a source that fails',
      function* () {
        yield* entries(2_400);
        throw new RangeError('the disk is gone');
      },
      RangeError,
    ],
  ])('stores nothing if there is %s in it', async (_, source, error) => {
    await expect(asAnna(() => under.journal.load(source()))).rejects.toThrow(error);
    expect(await stored()).toEqual([]);
  });

  it('separates its batches from the statements of the source in its unit of work', async () => {
    const asked = async function* () {
      for (const entry of entries(5_000)) {
        if (entry.id?.endsWith('000'))
          await under.dataSource
            .transaction(() => Promise.reject(new Error('not found')))
            .catch(() => undefined);
        yield entry;
      }
    };

    expect(await asAnna(() => under.journal.load(asked()))).toEqual({ inserted: 5_000, unchanged: 0 });
    expect(await stored()).toHaveLength(5_000);
  });

  it('fails with its batch, without waiting for the source', async () => {
    let ended = false;
    const slow = async function* () {
      try {
        yield* entries(4_000, () => ({ accountId: 'x' }));
        yield* entries(1, () => ({ id: 'late' }));
        await new Promise(() => undefined);
      } finally {
        ended = true;
      }
    };

    await expect(asAnna(() => under.journal.load(slow()))).rejects.toThrow(UnknownAccountError);
    expect(ended).toBe(true);
  });

  it('keeps a recording order of null, and replaces an omitted one', async () => {
    const order = (id: string, recorded?: string | null): LoadedEntry => ({
      ...putSold(),
      id,
      ...(recorded === undefined ? {} : { recorded }),
    });
    await asAnna(() => under.journal.load([order('b', '5'), order('a', null), order('c')]));
    await asAnna(() =>
      under.imports.appendMissing([
        { ...putSold(), id: 'd', recorded: null },
        { ...putSold(), id: 'e' },
      ]),
    );
    const recorded = new Map((await stored()).map((entry) => [entry.id, entry.recorded]));

    expect([recorded.get('a'), recorded.get('b'), recorded.get('d')]).toEqual([null, '5', null]);
    expect(Number(recorded.get('c'))).toBeGreaterThan(5);
    expect(Number(recorded.get('e'))).toBeGreaterThan(Number(recorded.get('c')));
  });

  it.each([null, undefined, 'put-1', 5])('refuses %j instead of an entry', async (entry) => {
    const failing = asAnna(() => under.journal.load([putSold(), entry as unknown as LoadedEntry]));

    await expect(failing).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      problems: [{ index: 1, id: undefined, property: '' }],
    });
  });

  it('names the position of the invalid entry in the whole load', async () => {
    const failing = asAnna(() =>
      under.journal.load(entries(2_500, (n) => (n === 2_400 ? { qty: '-1' } : {}))),
    );

    await expect(failing).rejects.toMatchObject({
      problems: [{ index: 2_400, id: 'entry-2400', column: 'qty' }],
    });
  });

  it('requires an existing user', async () => {
    const nobody = '00000000-0000-7000-8000-000000000000';

    await expect(under.scope.run(nobody, () => under.journal.load(entries(1)))).rejects.toThrow(
      UserNotFoundError,
    );
  });

  it('accepts a stream, from one user to another', async () => {
    const bob = await under.newUser();
    await asAnna(() => under.journal.load(entries(2_100)));
    const source = await asAnna(() => Promise.resolve(under.journal.stream()));
    async function* copies() {
      for await (const { userId: _, user: __, account: ___, originalEntry: ____, ...entry } of source)
        yield entry;
    }

    expect(await under.scope.run(bob, () => under.journal.load(copies()))).toEqual({
      inserted: 2_100,
      unchanged: 0,
    });
  });

  it('is possible in one call of append, with more entries than a statement can have parameters', async () => {
    const appended = await asAnna(() => under.journal.append([...entries(66_000)]));

    expect(appended.map(({ id }) => id)).toEqual([...entries(66_000)].map(({ id }) => id));
  });
});
