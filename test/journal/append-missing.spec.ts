import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  EntryAlreadyAmendedError,
  EntryNotFoundError,
  InvalidInputError,
  UnknownAccountError,
} from '../../src/index.js';
import type { EntryRecord } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { failureOf } from '../support/failure.js';

describe('ImportedJournal.appendMissing', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const appendMissing = (records: EntryRecord[]) => inScope(() => under.imports.appendMissing(records));
  const get = (id: string) => inScope(() => under.journal.get(id, { withDeleted: true }));
  const record = (id: string, different: Partial<EntryRecord> = {}): EntryRecord => ({
    ...putSold(),
    id,
    ...different,
  });
  const history = {
    deletedAt: new Date('2026-01-07T00:00:00.001Z'),
    editedBy: 'anna',
    editReason: 'wrong strike',
    createdAt: new Date('2026-01-05T15:31:00.000Z'),
    updatedAt: new Date('2026-01-07T00:00:00.001Z'),
  };

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('stores entries with their history', async () => {
    await appendMissing([record('old', history), record('new', { originalEntryId: 'old' })]);

    expect(await get('old')).toMatchObject(history);
    expect(await get('new')).toMatchObject({ originalEntryId: 'old', deletedAt: null });
  });

  it('reports the outcome for each entry, and does not change stored entries', async () => {
    await appendMissing([record('same'), record('other'), record('deleted', history)]);

    const outcome = await appendMissing([
      record('new'),
      record('same'),
      record('other', { amount: '1', notes: 'x' }),
      record('deleted'),
    ]);
    expect(outcome).toEqual({
      inserted: ['new'],
      unchanged: ['same', 'deleted'],
      conflicts: [{ id: 'other', columns: ['amount', 'notes'] }],
    });
    expect((await get('other')).amount).toBe('260.41309812');
    expect((await get('deleted')).deletedAt).toEqual(history.deletedAt);
  });

  it.each(Object.keys(history) as (keyof typeof history)[])(
    'compares %s, like the rest of the history, only if it is given',
    async (property) => {
      await appendMissing([record('entry', history)]);
      const column = property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const value = history[property] instanceof Date ? new Date('2020-02-02') : 'something else';

      expect((await appendMissing([record('entry')])).unchanged).toEqual(['entry']);
      expect((await appendMissing([record('entry', { [property]: history[property] })])).unchanged).toEqual([
        'entry',
      ]);
      expect((await appendMissing([record('entry', { [property]: value })])).conflicts).toEqual([
        { id: 'entry', columns: [column] },
      ]);
    },
  );

  it('compares a given null with the stored value', async () => {
    await appendMissing([record('entry', history)]);

    expect((await appendMissing([record('entry', { deletedAt: null, editedBy: null })])).conflicts).toEqual([
      { id: 'entry', columns: ['deleted_at', 'edited_by'] },
    ]);
  });

  it('names the missing originals, and no others', async () => {
    await appendMissing([record('there')]);
    const failure = await failureOf(
      appendMissing([
        record('a', { originalEntryId: 'there' }),
        record('b', { originalEntryId: 'nowhere' }),
        record('c', { originalEntryId: 'a' }),
      ]),
    );

    expect(failure).toBeInstanceOf(EntryNotFoundError);
    expect((failure as EntryNotFoundError).entryIds).toEqual(['nowhere']);
    await expect(get('a')).rejects.toThrow(EntryNotFoundError);
  });

  it('names the entries that already have a successor, and no others', async () => {
    await appendMissing([
      record('one'),
      record('two'),
      record('three'),
      record('1', { originalEntryId: 'one' }),
    ]);
    const amendedBy = (records: EntryRecord[]) =>
      appendMissing(records).then(
        () => undefined,
        (error: unknown) => (error instanceof EntryAlreadyAmendedError ? error.entryIds : error),
      );

    expect(
      await amendedBy([record('2', { originalEntryId: 'two' }), record('1b', { originalEntryId: 'one' })]),
    ).toEqual(['one']);
    expect(
      await amendedBy([
        record('3', { originalEntryId: 'three' }),
        record('3b', { originalEntryId: 'three' }),
      ]),
    ).toEqual(['three']);
    expect(await amendedBy([record('1c', { originalEntryId: 'one', deletedAt: new Date(0) })])).toEqual([
      'one',
    ]);
    // Entries after the refused one cannot be stored either.
    expect(
      await amendedBy([record('1d', { originalEntryId: 'one' }), record('1e', { originalEntryId: '1d' })]),
    ).toEqual(['one']);
    expect(await amendedBy([record('1f', { originalEntryId: '1' })])).toBeUndefined();
  });

  it('stores a successor once in concurrent calls', async () => {
    await appendMissing([record('one')]);
    const successor = record('1', { originalEntryId: 'one' });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => appendMissing([successor])));

    expect(outcomes.flatMap(({ inserted }) => inserted)).toEqual(['1']);
    expect(outcomes.flatMap(({ unchanged }) => unchanged)).toHaveLength(19);
  });

  it('refuses cycles of entries, and names only their entries', async () => {
    const failure = await failureOf(
      appendMissing([
        record('lead', { originalEntryId: 'a' }),
        record('a', { originalEntryId: 'b' }),
        record('b', { originalEntryId: 'c' }),
        record('c', { originalEntryId: 'a' }),
        record('apart'),
      ]),
    );

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems.map(({ id, column }) => [id, column])).toEqual([
      ['a', 'original_entry_id'],
      ['b', 'original_entry_id'],
      ['c', 'original_entry_id'],
    ]);
    await expect(get('apart')).rejects.toThrow(EntryNotFoundError);
  });

  it('refuses an entry that names itself, an entry without an id, and an unknown account', async () => {
    const nameless: Partial<EntryRecord> = record('x');
    delete nameless.id;

    await expect(appendMissing([record('x', { originalEntryId: 'x' })])).rejects.toThrow(InvalidInputError);
    await expect(appendMissing([nameless as EntryRecord])).rejects.toThrow(InvalidInputError);
    await expect(appendMissing([record('x', { accountId: 'acct-9' })])).rejects.toThrow(UnknownAccountError);
  });
});
