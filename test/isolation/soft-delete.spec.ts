import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, Entity, IsNull, JoinColumn, ManyToOne, Not, PrimaryColumn, DeleteDateColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  Account,
  dataSourceOptions,
  JournalDataSource,
  JournalEntry,
  SoftDeleteRefusedError,
} from '../../src/index.js';
import { settingsOf } from '../../src/testing/server/test-server.js';
import { putSold } from '../support/database-journal.js';
import { startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';

/** An application entity with a cascading relation to an entry. */
@Entity({ name: 'remarks' })
class Remark {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ name: 'entry_id', type: 'text' })
  entryId!: string;

  @Column({ type: 'text' })
  text!: string;

  @DeleteDateColumn({ name: 'deleted_at', type: 'timestamptz' })
  deletedAt!: Date | null;

  @ManyToOne(() => JournalEntry, { cascade: ['soft-remove', 'recover'] })
  @JoinColumn([
    { name: 'user_id', referencedColumnName: 'userId' },
    { name: 'entry_id', referencedColumnName: 'id' },
  ])
  entry?: JournalEntry;
}

let under: TwoUsers;
let dataSource: JournalDataSource;

beforeAll(async () => {
  under = await startTwoUsers(2);
  await under.owner.query(`
    CREATE TABLE remarks (user_id uuid, entry_id text, text text, deleted_at timestamptz, PRIMARY KEY (user_id, entry_id));
    GRANT SELECT, INSERT, UPDATE, DELETE ON remarks TO journal_user;
    ALTER TABLE remarks ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own_remarks ON remarks TO journal_user USING (user_id = current_setting('app.user_id')::uuid)`);
  await under.scope.run(under.anna, async () => {
    await under.journal.append([
      { ...putSold(), id: 'wrong', amount: '1' },
      { ...putSold(), id: 'gone', amount: '10' },
    ]);
    await under.journal.amend('wrong', { amount: '2' }, { reason: 'typo' }).then(({ id }) => (amended = id));
    await under.journal.remove('gone', { reason: 'never happened' });
  });
  dataSource = await new JournalDataSource(
    dataSourceOptions(settingsOf(under.url), { entities: [Remark] }),
  ).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await under.close();
});

let amended: string;
const inScope = <T>(work: (manager: EntityManager) => Promise<T>) =>
  dataSource.scopes.open({ role: 'journal_user', userId: under.anna }, () => work(dataSource.manager));
const entries = () => dataSource.getRepository(JournalEntry);
const idsOf = (found: readonly { id: string }[]) => found.map(({ id }) => id).sort();

describe('A plain repository', () => {
  it('returns, counts and finds live entries only', () =>
    inScope(async () => {
      const live = ['a-1', amended].sort();
      expect(idsOf(await entries().find())).toEqual(live);
      expect(await entries().count()).toBe(2);
      expect(await entries().findOneBy({ id: 'gone' })).toBeNull();
      expect(await entries().existsBy({ id: 'gone' })).toBe(false);
      expect(idsOf(await entries().createQueryBuilder('e').getMany())).toEqual(live);
      expect(
        idsOf(await entries().createQueryBuilder('e').where('e.amount = 10 OR 1 = 1').getMany()),
      ).toEqual(live);
      const sum = await entries()
        .createQueryBuilder('e')
        .select('sum(e.amount)', 'sum')
        .getRawOne<{ sum: string }>();
      expect(Number(sum?.sum)).toBeLessThan(10);
    }));

  it('also returns the deleted entries with withDeleted', () =>
    inScope(async () => {
      const all = ['a-1', amended, 'gone', 'wrong'].sort();
      expect(idsOf(await entries().find({ withDeleted: true }))).toEqual(all);
      expect(idsOf(await entries().createQueryBuilder('e').withDeleted().getMany())).toEqual(all);
      expect(idsOf(await entries().find({ withDeleted: true, where: { deletedAt: Not(IsNull()) } }))).toEqual(
        ['gone', 'wrong'],
      );
    }));

  it('loads the predecessor of an entry with withDeleted', () =>
    inScope(async () => {
      const live = { relations: { originalEntry: true }, where: { id: amended, deletedAt: IsNull() } };
      expect((await entries().findOneOrFail(live)).originalEntry).toBeNull();
      const { originalEntry } = await entries().findOneOrFail({ ...live, withDeleted: true });
      expect(originalEntry).toMatchObject({ id: 'wrong', editReason: 'typo' });
    }));

  it('does not change the raw SQL of an application, which counts deleted entries', () =>
    inScope(async () => {
      expect(await dataSource.query('SELECT count(*)::int AS count FROM journal')).toEqual([{ count: 4 }]);
    }));
});

describe('The journal', () => {
  let before: unknown[];
  beforeEach(async () => {
    before = await under.everything();
  });
  afterEach(async () => {
    expect(await under.everything()).toEqual(before);
  });

  type Ways = [string, (manager: EntityManager) => Promise<unknown>];
  const one = { id: 'a-1' };
  const stored = (id = 'a-1') => entries().findOneOrFail({ where: { id }, withDeleted: true });

  const deletions: Ways[] = [
    ['softDelete of a repository', () => entries().softDelete(one)],
    ['softDelete of an entity manager', (manager) => manager.softDelete(JournalEntry, one)],
    ['softDelete by the name of the entity', (manager) => manager.softDelete('JournalEntry', one)],
    ['softRemove of a repository', async () => entries().softRemove(await stored())],
    ['softRemove of a list', async () => entries().softRemove([await stored()])],
    ['softRemove without listeners', async () => entries().softRemove(await stored(), { listeners: false })],
    ['softRemove of an entity manager', async (manager) => manager.softRemove(await stored())],
    [
      'softRemove of a plain object',
      (manager) => manager.softRemove(JournalEntry, { userId: under.anna, ...one }),
    ],
    [
      'softRemove of an entry that is not there',
      () => entries().softRemove({ userId: under.anna, id: 'none' }),
    ],
    [
      'softRemove without a transaction',
      async () => entries().softRemove(await stored(), { transaction: false }),
    ],
    ['a query builder', () => entries().createQueryBuilder().softDelete().where('id = :id', one).execute()],
    [
      'a query builder without listeners',
      () => entries().createQueryBuilder().callListeners(false).softDelete().where('id = :id', one).execute(),
    ],
    [
      'a query builder that begins with another statement',
      (manager) =>
        manager.createQueryBuilder().update(JournalEntry).softDelete().where('id = :id', one).execute(),
    ],
    [
      'a query builder with from()',
      (manager) =>
        manager.createQueryBuilder().softDelete().from(JournalEntry).where('id = :id', one).execute(),
    ],
    [
      'a clone of a query builder',
      (manager) => manager.createQueryBuilder().softDelete().from(JournalEntry).clone().execute(),
    ],
    [
      'the manager of a unit of work',
      (manager) => manager.transaction((unit) => unit.softDelete(JournalEntry, one)),
    ],
    [
      'the manager of a query runner',
      async () => {
        const runner = dataSource.createQueryRunner();
        await runner.manager.softDelete(JournalEntry, one).finally(() => runner.release());
      },
    ],
    [
      'a cascade',
      async (manager) => {
        const remark = manager.create(Remark, {
          userId: under.anna,
          entryId: 'a-1',
          text: 'x',
          entry: await stored(),
        });
        await manager.softRemove(remark);
      },
    ],
    ['the owner of the tables', () => under.owner.getRepository(JournalEntry).softDelete(one)],
    [
      'the SQL of a query builder',
      () => Promise.resolve().then(() => entries().createQueryBuilder().softDelete().getQuery()),
    ],
  ];
  const restorations: Ways[] = [
    ['restore of a repository', () => entries().restore({ id: 'gone' })],
    ['restore of an entity manager', (manager) => manager.restore(JournalEntry, { id: 'gone' })],
    ['recover of a repository', async () => entries().recover(await stored('gone'))],
    ['recover of an entity manager', async (manager) => manager.recover(await stored('gone'))],
    [
      'a query builder',
      () => entries().createQueryBuilder().callListeners(false).restore().where(`id = 'gone'`).execute(),
    ],
  ];

  it.each(deletions)('refuses %s and names remove()', async (_, way) => {
    const refused = inScope(way);
    await expect(refused).rejects.toThrow(SoftDeleteRefusedError);
    await expect(refused).rejects.toThrow('JournalRepository.remove(id, { reason })');
  });

  it.each(restorations)('refuses %s and names restore()', async (_, way) => {
    const refused = inScope(way);
    await expect(refused).rejects.toThrow(SoftDeleteRefusedError);
    await expect(refused).rejects.toThrow('JournalRepository.restore(id)');
  });
});

it("An application's own entities are soft-deleted and restored as in TypeORM", () =>
  inScope(async (manager) => {
    const remarks = manager.getRepository(Remark);
    await remarks.insert({ userId: under.anna, entryId: 'a-1', text: 'x' });
    expect((await remarks.softDelete({ entryId: 'a-1' })).affected).toBe(1);
    expect(await remarks.count()).toBe(0);
    await remarks.restore({ entryId: 'a-1' });
    await remarks.softRemove(await remarks.findOneByOrFail({ entryId: 'a-1' }));
    expect(await remarks.count()).toBe(0);
    await expect(manager.softRemove(Account, { userId: under.anna, id: 'acct-1' })).rejects.toThrow(
      'delete date column',
    );
  }));
