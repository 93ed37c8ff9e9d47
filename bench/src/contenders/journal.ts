import type {
  JournalEntry,
  JournalFilter,
  JournalRepository,
  NewEntry,
  UserScope,
} from 'trading-journal-database';
import { chunks, pageSize } from './contender.js';
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
    load: (userId, entries) => scope.run(userId, () => load(scope, journal, entries)),
    export: (userId, each) => scope.run(userId, () => exportAll(journal, each)),
    close,
  };
};

// Both fallbacks go once `load` and `stream` are part of JournalRepository; nothing of that kind stays.

interface Bulk {
  load(entries: Iterable<NewEntry> | AsyncIterable<NewEntry>): Promise<unknown>;
}

interface Streaming {
  stream(filter?: JournalFilter): AsyncIterable<JournalEntry>;
}

function canLoad(journal: JournalRepository): journal is JournalRepository & Bulk {
  return 'load' in journal;
}

function canStream(journal: JournalRepository): journal is JournalRepository & Streaming {
  return 'stream' in journal;
}

async function load(
  scope: UserScope,
  journal: JournalRepository,
  entries: readonly (NewEntry & { id: string })[],
) {
  if (canLoad(journal)) return void (await journal.load(entries));
  await scope.transaction(async () => {
    for (const chunk of chunks(entries, 1000)) await journal.appendMissing(chunk);
  });
}

async function exportAll(journal: JournalRepository, each: (entry: JournalEntry) => void): Promise<void> {
  if (canStream(journal)) {
    for await (const entry of journal.stream()) each(entry);
    return;
  }
  for (let after: string | undefined; ;) {
    const { entries, next } = await journal.page({ limit: 100, ...(after === undefined ? {} : { after }) });
    entries.forEach(each);
    if (next === null) return;
    after = next;
  }
}
