import { JournalImportService, UsersRepository } from 'trading-journal-database';
import type { JournalRepository } from 'trading-journal-database';
import type { Position } from '../model/entry.js';
import { timeZone } from '../model/new-entries.js';
import { pageSize } from './contender.js';
import type { Contender, Open } from './contender.js';
import { openJournal } from './open-journal.js';
import type { OpenJournal } from './open-journal.js';

/** This project in a Nest application. Every operation runs in a user scope. */
export const open: Open = async (url, context) => contenderOf(await openJournal(url, context));

export function contenderOf({ scope, journal, get, close }: OpenJournal): Contender {
  return {
    insert: (userId, entry) => scope.run(userId, () => journal.append(entry)),
    append: (userId, trade) => scope.run(userId, () => journal.append(trade)),
    newestPage: (userId) => scope.run(userId, async () => (await journal.page({ limit: pageSize })).entries),
    filteredPage: (userId, filter) =>
      scope.run(userId, async () => (await journal.page({ ...filter, limit: pageSize })).entries),
    pageAfter: async (userId, position) => {
      const after = await scope.run(userId, () => cursorAt(journal, position));
      return () => scope.run(userId, async () => (await journal.page({ after, limit: pageSize })).entries);
    },
    totals: (userId) => scope.run(userId, () => journal.totals()),
    get: (userId, id) => scope.run(userId, () => journal.get(id)),
    load: (userId, entries) => scope.run(userId, async () => void (await journal.load(entries))),
    importFile: async (userId, file) => {
      const { email } = await scope.run(userId, () => get(UsersRepository).get(userId));
      await get(JournalImportService).import({ file, email, timeZone });
    },
    export: (userId, each) =>
      scope.run(userId, async () => {
        for await (const entry of journal.stream()) each(entry);
      }),
    close,
  };
}

/** The `next` cursor of a page that ends with this entry; undefined if there is no next page. */
async function cursorAt(journal: JournalRepository, { ts: to, id }: Position): Promise<string | undefined> {
  for (let after: string | undefined; ;) {
    const { entries, next } = await journal.page({ to, after, limit: pageSize });
    const place = entries.findIndex((entry) => entry.id === id);
    if (place >= 0) return (await journal.page({ to, after, limit: place + 1 })).next ?? undefined;
    if (next === null) throw new Error(`no live entry ${id} at ${to.toISOString()}`);
    after = next;
  }
}
