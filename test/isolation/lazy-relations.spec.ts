// @slow: starts applications with entities of their own
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { dataSourceOptions, JournalDataSource, User, UserScopeMissingError } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { settingsOf } from '../../src/testing/server/test-server.js';

@Entity({ name: 'accounts' })
class LazyAccount {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @ManyToOne(() => User, { lazy: true })
  @JoinColumn({ name: 'user_id' })
  user!: Promise<User>;
}

let under: JournalUnderTest;
let dataSource: JournalDataSource;

beforeAll(async () => {
  under = await startJournal();
  const options = dataSourceOptions(settingsOf(under.url));
  dataSource = await new JournalDataSource({ ...options, entities: [User, LazyAccount] }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await under.close();
});

it('A lazy relation that is loaded outside of its scope rejects, without ending the process if it is not awaited', async () => {
  const userId = await under.newUser();
  const find = () => dataSource.getRepository(LazyAccount).findOneByOrFail({ userId, id: 'acct-1' });
  const inScope = <T>(work: () => Promise<T>) =>
    dataSource.scopes.open({ role: 'journal_user', userId }, work);
  const [first, second] = [await inScope(find), await inScope(find)];
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    // Reading the property starts loading the relation.
    void first.user;
    await expect(second.user).rejects.toThrow(UserScopeMissingError);
    // Node reports an unhandled rejection before the next turn of the event loop.
    await nextTurn();
  } finally {
    process.off('unhandledRejection', note);
  }

  expect(unhandled).toEqual([]);
  expect((await inScope(async () => (await find()).user)).id).toBe(userId);
});
