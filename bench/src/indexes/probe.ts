import type { Client } from 'pg';
import type { OpenJournal } from '../contenders/open-journal.js';
import { formerAccount, rareSymbol } from '../database/journals.js';
import { today, window } from '../database/material.js';
import type { Material } from '../database/material.js';
import { newEntry } from '../model/new-entries.js';

/** The database under test. */
export interface Place extends OpenJournal {
  /** A connection of the superuser. */
  superuser: Client;
  material: Material;
}

/** An operation that an index may speed up or slow down. */
export interface Probe {
  title: string;
  run: (place: Place, turn: number) => Promise<unknown>;
}

type Query = (journal: OpenJournal['journal'], turn: number) => Promise<unknown>;

const symbols = ['SPY', 'PLTR', 'AMD', 'BRK.B'];

const queries: Record<string, Query> = {
  'newest page': (journal) => journal.page(),
  'page by symbol': (journal, turn) => journal.page({ symbol: of(symbols, turn) }),
  'page by a rare symbol': (journal) => journal.page({ symbol: rareSymbol }),
  'page by type': (journal) => journal.page({ type: 'dividend' }),
  'page by account': (journal) => journal.page({ accountId: 'acct-2' }),
  'page by an account used no more': (journal) => journal.page({ accountId: formerAccount.id }),
  'page by symbol, type and dates': (journal, turn) =>
    journal.page({ symbol: of(symbols, turn), type: 'sell_to_open', ...window }),
  'page of open entries': (journal) => journal.page({ status: 'open', today }),
  'page of deleted entries': (journal) => journal.page({ status: 'deleted' }),
  'page by trade': (journal) => journal.page({ meta: { trade: 'former' } }),
  'page by strategy': (journal) => journal.page({ meta: { strategy: 'wheel' } }),
  'page by tag': (journal) => journal.page({ meta: { tag: 'earnings' } }),
  'page by an unknown roll': (journal) => journal.page({ meta: { roll: 'none' } }),
  totals: (journal) => journal.totals(),
  'totals of a symbol': (journal, turn) => journal.totals({ symbol: of(symbols, turn) }),
  'premium by week': (journal) => journal.premiumByWeek(),
};

/**
 * The operations that need indexes: each query for an ordinary user and for the heavy user, and the
 * deletion of an account and of a user.
 */
export const reads: readonly Probe[] = [
  ...Object.entries(queries).flatMap(([title, query]) => [
    {
      title,
      run: ({ scope, journal, material }: Place, turn: number) =>
        scope.run(of(material.users, turn), () => query(journal, turn)),
    },
    {
      title: `${title}, heavy user`,
      run: ({ scope, journal, material }: Place, turn: number) =>
        scope.run(material.heavy, () => query(journal, turn)),
    },
  ]),
  {
    title: 'get',
    run: ({ scope, journal, material }, turn) => {
      const { userId, id } = of(material.keys, turn);
      return scope.run(userId, () => journal.get(id));
    },
  },
  {
    title: 'history of an entry, heavy user',
    run: ({ scope, journal, material }, turn) =>
      scope.run(material.heavy, () => journal.history(of(material.positions, turn).id)),
  },
  {
    title: 'delete an account, heavy user',
    run: ({ superuser, material }) =>
      undone(superuser, async () => {
        const account = [material.heavy, 'unused'];
        await superuser.query('INSERT INTO accounts (user_id, id, name) VALUES ($1, $2, $2)', account);
        await superuser.query('DELETE FROM accounts WHERE user_id = $1 AND id = $2', account);
      }),
  },
  {
    title: 'delete a user',
    run: ({ superuser, material }, turn) =>
      undone(superuser, () => superuser.query('DELETE FROM users WHERE id = $1', [of(material.users, turn)])),
  },
];

export const singleInsert: Probe = {
  title: 'single insert',
  run: ({ scope, journal, material }, turn) =>
    scope.run(of(material.users, turn), () => journal.append(newEntry())),
};

/** A plain INSERT of many rows: the indexes have their largest share of its time. */
export const bulkInsert: Probe = {
  title: 'bulk insert',
  run: ({ superuser, material }) =>
    undone(superuser, () =>
      superuser.query(
        `INSERT INTO journal (user_id, id, ts, account_id, symbol, type, qty, amount, strike, expiration, underlying_price, notes,
           meta, deleted_at, original_entry_id)
         SELECT $1, id, ts, account_id, symbol, type, qty, amount, strike, expiration, underlying_price, notes, meta,
           deleted_at, original_entry_id
         FROM journal WHERE user_id = $2`,
        [material.load, material.heavy],
      ),
    ),
};

async function undone(superuser: Client, work: () => Promise<unknown>): Promise<void> {
  await superuser.query('BEGIN');
  try {
    await work();
  } finally {
    await superuser.query('ROLLBACK');
  }
}

function of<T>(list: readonly T[], turn: number): T {
  const item = list[turn % list.length];
  if (item === undefined) throw new Error('there is nothing to work on in this database');
  return item;
}
