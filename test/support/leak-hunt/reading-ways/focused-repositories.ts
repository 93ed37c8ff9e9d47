import { expect } from '@jest/globals';
import { EntryNotFoundError } from '../../../../src/index.js';
import type { JournalEntry } from '../../../../src/index.js';
import { rowOf } from '../trader.js';
import type { ReadingWays } from '../trader.js';
import { byId } from '../trader-model.js';
import { sumOf } from './repositories.js';

/** Reads by the focused repositories of the package. */
export const focusedWays: ReadingWays = {
  'journal.page, page by page': async (trader) => {
    const found: JournalEntry[] = [];
    for (let after: string | undefined = undefined; ;) {
      const page = await trader.hunted.journal.page({ limit: 7, ...(after === undefined ? {} : { after }) });
      found.push(...page.entries);
      if (page.next === null) break;
      after = page.next;
    }
    expect(byId(found.map(rowOf))).toEqual(trader.model.liveRows);
  },

  'journal.get': async (trader) => {
    const { journal } = trader.hunted;
    const last = trader.model.rows.at(-1);
    if (last) expect(rowOf(await journal.get(last.id, { withDeleted: true }))).toEqual(last);
    await expect(journal.get('e-of-nobody')).rejects.toThrow(EntryNotFoundError);
  },

  'journal.stream': async (trader) => {
    const found: JournalEntry[] = [];
    for await (const entry of trader.hunted.journal.stream({ status: 'all' })) found.push(entry);
    expect(byId(found.map(rowOf))).toEqual(trader.model.rows);
  },

  'journal.asOf': async (trader) => {
    const soon = new Date(Date.now() + 60_000);
    const { entries } = await trader.hunted.journal.asOf(soon, { limit: 100 });
    expect(byId(entries.map(rowOf))).toEqual(trader.model.liveRows);
  },

  'journal.history': async (trader) => {
    const { rows } = trader.model;
    const last = rows.at(-1);
    if (last === undefined) return;
    const history = (await trader.hunted.journal.history(last.id)).map(rowOf);
    expect(history).toContainEqual(last);
    for (const row of history) expect(rows).toContainEqual(row);
  },

  'journal.totals': async (trader) => {
    const { count, net } = await trader.hunted.journal.totals();
    expect([count, Number(net)]).toEqual([trader.model.liveRows.length, sumOf(trader.model.liveRows)]);
  },

  'accounts.list': async (trader) => {
    const accounts = await trader.hunted.accounts.list();
    expect(new Map(accounts.map(({ id, name }) => [id, name]))).toEqual(trader.model.accounts);
  },

  'users.get': async (trader) => {
    expect((await trader.hunted.users.get(trader.userId)).email).toBe(trader.email);
  },
};
