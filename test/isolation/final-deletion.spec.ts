import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryDeepPartialEntity } from 'typeorm';
import { JournalEntry } from '../../src/index.js';
import { startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';

type Values = QueryDeepPartialEntity<JournalEntry>;

/** Sends statements past the focused repositories: the database itself must reject them. */
describe('An entry', () => {
  let under: TwoUsers;
  const entries = () => under.dataSource.getRepository(JournalEntry);
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(under.anna, work);
  const query = (sql: string) => inScope(() => under.dataSource.query<[unknown[], number]>(sql));

  beforeAll(async () => {
    under = await startTwoUsers(2);
    await inScope(async () => {
      await under.journal.append([
        { id: 'gone', ts: new Date('2026-01-05'), accountId: 'acct-1', type: 'fee', amount: '-1.30' },
      ]);
      await under.journal.remove('gone', { reason: 'never happened', editedBy: 'anna' });
    });
  });
  afterAll(() => under.close());

  describe('does not permit', () => {
    let before: unknown[];
    beforeEach(async () => {
      before = await under.everything();
    });
    afterEach(async () => {
      expect(await under.everything()).toEqual(before);
    });

    it.each<[string, Values, RegExp]>([
      ['an amount', { amount: '0' }, /permission denied for table journal/],
      ['its meta', { meta: {} }, /permission denied for table journal/],
      ['its original', { originalEntryId: null }, /permission denied for table journal/],
      ['its creation', { createdAt: new Date(0) }, /permission denied for table journal/],
      ['a reason without a deletion', { editReason: 'x' }, /row-level security policy/],
      ['an editor without a deletion', { editedBy: 'x' }, /row-level security policy/],
      ['a deletion without a time', { deletedAt: null }, /row-level security policy/],
      ['the time of its change', { updatedAt: new Date(0) }, /row-level security policy/],
    ])('%s, by update() of a live entry', async (_, values, refusal) => {
      await expect(inScope(() => entries().update({ id: 'a-1' }, values))).rejects.toThrow(refusal);
    });

    it.each<[string, Values]>([
      ['the end of its deletion', { deletedAt: null }],
      ['another deletion', { deletedAt: new Date(0) }],
      ['another reason', { editReason: 'x' }],
      ['another editor', { editedBy: null }],
      ['another time of its change', { updatedAt: new Date(0) }],
    ])('%s, by update() of a deleted entry', async (_, values) => {
      expect((await inScope(() => entries().update({ id: 'gone' }, values))).affected).toBe(0);
    });

    it.each([
      ['an amount', 'SET amount = 0'],
      ['its id', `SET id = 'x'`],
    ])('%s, by update() of a deleted entry', async (_, set) => {
      await expect(query(`UPDATE journal ${set} WHERE id = 'gone'`)).rejects.toThrow('permission denied');
    });

    it('a second deletion, by SQL with the id as its only condition', async () => {
      const [, affected] = await query(
        `UPDATE journal SET deleted_at = now(), edit_reason = 'x' WHERE id = 'gone'`,
      );

      expect(affected).toBe(0);
    });

    it('a restoration, by an upsert or a save', async () => {
      await expect(
        query(`INSERT INTO journal SELECT * FROM journal WHERE id = 'gone'
          ON CONFLICT (user_id, id) DO UPDATE SET deleted_at = NULL`),
      ).rejects.toThrow('row-level security');
      const revived = inScope(async () => {
        const gone = { where: { id: 'gone' }, withDeleted: true };
        const entry = await entries().findOneOrFail(gone);
        await entries().save({ ...entry, deletedAt: null });
        return entries().findOneOrFail(gone);
      });
      expect((await revived).deletedAt).not.toBeNull();
    });

    it('DELETE', async () => {
      await expect(query(`DELETE FROM journal WHERE id = 'gone'`)).rejects.toThrow('permission denied');
    });

    it("the deletion of another user's entry", async () => {
      expect((await inScope(() => entries().update({ id: 'b-1' }, { deletedAt: new Date() }))).affected).toBe(
        0,
      );
    });
  });

  it('permits its deletion once', async () => {
    const deletedAt = new Date('2026-02-01');
    const marked = () => inScope(() => entries().update({ id: 'a-1' }, { deletedAt, editReason: 'x' }));

    expect((await marked()).affected).toBe(1);
    expect((await marked()).affected).toBe(0);
    const read = () => entries().findOneOrFail({ where: { id: 'a-1' }, withDeleted: true });
    expect(await inScope(read)).toMatchObject({
      deletedAt,
      editReason: 'x',
    });
  });

  it('permits at most one successor, live or deleted, by any writer', async () => {
    const successor = (id: string, deletedAt: Date | null) => ({
      userId: under.anna,
      id,
      ts: new Date(),
      accountId: 'acct-1',
      type: 'fee' as const,
      amount: '1' as const,
      originalEntryId: 'gone',
      deletedAt,
    });
    await inScope(() => entries().insert(successor('first', new Date())));

    for (const deletedAt of [null, new Date()])
      await expect(inScope(() => entries().insert(successor('second', deletedAt)))).rejects.toThrow(
        'uq_journal_successor',
      );
  });
});
