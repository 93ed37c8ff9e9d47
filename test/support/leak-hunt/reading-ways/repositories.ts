import { expect } from '@jest/globals';
import { In } from 'typeorm';
import { JournalEntry } from '../../../../src/index.js';
import { rowOf } from '../trader.js';
import type { ReadingWays, Trader } from '../trader.js';
import { byId } from '../trader-model.js';

const expectEntries = (trader: Trader, found: readonly JournalEntry[]) =>
  expect(byId(found.map(rowOf))).toEqual(trader.model.liveRows);

/** Reads by TypeORM's repositories, managers and query builders. */
export const repositoryWays: ReadingWays = {
  'find of a plain repository': async (trader) => {
    expectEntries(trader, await trader.hunted.entries.find());
  },

  'find of deleted entries too': async (trader) => {
    const found = await trader.hunted.entries.find({ withDeleted: true });
    expect(byId(found.map(rowOf))).toEqual(trader.model.rows);
  },

  'findBy that asks for strangers as well': async (trader) => {
    const userId = In([trader.userId, ...trader.strangers]);
    expectEntries(trader, await trader.hunted.entries.findBy({ userId }));
  },

  'find with relations': async (trader) => {
    const found = await trader.hunted.entries.find({ relations: { user: true, account: true } });
    expectEntries(trader, found);
    for (const { user, account } of found) {
      expect([user?.id, account?.userId]).toEqual([trader.userId, trader.userId]);
    }
  },

  'count of a plain repository': async (trader) => {
    expect(await trader.hunted.entries.count()).toBe(trader.model.liveRows.length);
  },

  'the EntityManager': async (trader) => {
    expectEntries(trader, await trader.hunted.dataSource.manager.find(JournalEntry));
  },

  'a query builder': async (trader) => {
    expectEntries(trader, await trader.hunted.entries.createQueryBuilder().getMany());
  },

  "a query builder's sums": async (trader) => {
    const query = trader.hunted.entries.createQueryBuilder('entry').select('sum(entry.amount)', 'sum');
    const [row] = await query.getRawMany<{ sum: string | null }>();
    expect(Number(row?.sum)).toBe(sumOf(trader.model.liveRows));
  },

  'a unit of work': async (trader) => {
    expectEntries(trader, await trader.unit((manager) => manager.find(JournalEntry)));
  },

  'accounts and users of plain repositories': async (trader) => {
    const accounts = await trader.hunted.accountRows.find();
    expect(accounts.map(({ id, name }) => [id, name]).sort()).toEqual([...trader.model.accounts].sort());
    const users = await trader.hunted.userRows.find();
    expect(users.map(({ id, email }) => [id, email])).toEqual([[trader.userId, trader.email]]);
  },
};

export function sumOf(rows: readonly { amount: string }[]): number {
  return rows.reduce((sum, { amount }) => sum + Number(amount), 0);
}
