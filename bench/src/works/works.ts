import { newEntry, newJournal, newTrade } from '../model/new-entries.js';
import type { Work } from './work.js';

const onceAndManyAtOnce = [1, 16] as const;

/** Every measured operation by name, in the order of the table. */
export const works = {
  insert: {
    title: 'insert one entry',
    concurrencies: onceAndManyAtOnce,
    prepare: (contender, { users }) =>
      each(contender.insert, users, (insert, user) => insert(user, newEntry())),
  },
  append: {
    title: 'append a trade, 3 entries atomically',
    concurrencies: onceAndManyAtOnce,
    prepare: (contender, { users }) =>
      each(contender.append, users, (append, user) => append(user, newTrade())),
  },
  newest: {
    title: 'newest page of 50',
    concurrencies: onceAndManyAtOnce,
    prepare: (contender, { users }) => each(contender.newestPage, users, (page, user) => page(user)),
  },
  filtered: {
    title: 'filtered page (symbol, type, dates)',
    concurrencies: onceAndManyAtOnce,
    prepare: (contender, { filters }) =>
      each(contender.filteredPage, filters, (page, { userId, filter }) => page(userId, filter)),
  },
  'filtered-heavy': {
    title: 'filtered page of the heavy user',
    concurrencies: onceAndManyAtOnce,
    prepare: (contender, { heavy, heavyFilters }) =>
      each(contender.filteredPage, heavyFilters, (page, filter) => page(heavy, filter)),
  },
  deep: {
    title: 'page by keyset, deep in the heavy user’s journal',
    concurrencies: onceAndManyAtOnce,
    prepare: async (contender, { heavy, positions }) => {
      if (contender.pageAfter === undefined) return undefined;
      const pages = [];
      for (const position of positions) pages.push(await contender.pageAfter(heavy, position));
      return inTurn(pages, (page) => page());
    },
  },
  totals: {
    title: 'totals of 1,000 entries',
    concurrencies: onceAndManyAtOnce,
    prepare: (contender, { totals }) => each(contender.totals, [totals], (sum, user) => sum(user)),
  },
  get: {
    title: 'get one entry',
    concurrencies: onceAndManyAtOnce,
    prepare: (contender, { keys }) => each(contender.get, keys, (get, { userId, id }) => get(userId, id)),
  },
  load: {
    title: 'bulk load',
    concurrencies: [1],
    once: true,
    prepare: (contender, { load: user, loadSize }) => {
      const entries = contender.load && newJournal(loadSize);
      return Promise.resolve(entries && (() => contender.load?.(user, entries) ?? Promise.resolve()));
    },
    takeBack: ['DELETE FROM journal WHERE user_id = $1', 'VACUUM journal'],
  },
  import: {
    title: 'import of an SQLite file',
    concurrencies: [1],
    once: true,
    prepare: importOf('full'),
    prepareRest: importOf('empty'),
    takeBack: ['DELETE FROM journal WHERE user_id = $1', 'VACUUM journal'],
  },
  export: {
    title: 'export of the heavy user’s journal',
    concurrencies: [1],
    once: true,
    prepare: (contender, { heavy }) =>
      each(contender.export, [heavy], async (exported, user) => {
        let rows = 0;
        await exported(user, () => (rows += 1));
        if (rows === 0) throw new Error('nothing was exported');
      }),
  },
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof works;

/** All names, in the order of the table. */
export const workNames = Object.keys(works) as WorkName[];

function importOf(file: 'full' | 'empty'): Work['prepare'] {
  return ({ importFile }, { load: user, files }) =>
    Promise.resolve(importFile && files && (() => importFile(user, files[file])));
}

/** An operation that passes each item in turn to a method of the contender. */
function each<Method, Thing>(
  method: Method | undefined,
  things: readonly Thing[],
  work: (method: Method, thing: Thing) => Promise<unknown>,
) {
  return Promise.resolve(method && inTurn(things, (thing) => work(method, thing)));
}

function inTurn<Thing>(things: readonly Thing[], work: (thing: Thing) => Promise<unknown>) {
  if (things.length === 0) throw new Error('there is nothing to work on in this database');
  let turn = 0;
  return () => work(things[turn++ % things.length] as Thing);
}
