import { pageSize } from './contender.js';
import type { Open } from './contender.js';
import { openJournal } from './open-journal.js';

/** This project, in a Nest application and always in the scope of a user. */
export const open: Open = async (url, context) => {
  const { scope, journal, close } = await openJournal(url, context);

  return {
    insert: (userId, entry) => scope.run(userId, () => journal.append(entry)),
    append: (userId, trade) => scope.run(userId, () => journal.append(trade)),
    newestPage: (userId) => scope.run(userId, async () => (await journal.page({ limit: pageSize })).entries),
    filteredPage: (userId, filter) =>
      scope.run(userId, async () => (await journal.page({ ...filter, limit: pageSize })).entries),
    pageAfter: async (userId, { ts }) => {
      // No two entries of a user have the same instant here, so this is the page that ends at the position.
      const { next } = await scope.run(userId, () => journal.page({ to: ts, limit: 1 }));
      const after = next ?? undefined;
      return () => scope.run(userId, async () => (await journal.page({ after, limit: pageSize })).entries);
    },
    totals: (userId) => scope.run(userId, () => journal.totals()),
    get: (userId, id) => scope.run(userId, () => journal.get(id)),
    load: (userId, entries) => scope.run(userId, async () => void (await journal.load(entries))),
    export: (userId, each) =>
      scope.run(userId, async () => {
        for await (const entry of journal.stream()) each(entry);
      }),
    close,
  };
};
