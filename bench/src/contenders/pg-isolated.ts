import type pg from 'pg';
import type { Open } from './contender.js';
import { contenderOn, copyInto, given, openPool, withClient } from './pg.js';
import type { Access } from './pg.js';
import { importInto, imported } from './import-into.js';

/** Sets the role and the user until the transaction ends. */
const scope = {
  name: 'scope',
  text: `SELECT set_config('role', 'journal_user', true), set_config('app.user_id', $1, true)`,
};

/**
 * Handwritten `pg` code under row-level security: each statement runs in a transaction that sets
 * the user.
 */
export const open: Open = (url, context) => {
  const pool = openPool(url, context);
  const access: Access = {
    query: <T extends pg.QueryResultRow>(userId: string, statement: pg.QueryConfig) =>
      inScope(pool, userId, async (client) => (await client.query<T>(statement)).rows),
    useClient: (userId, work) => inScope(pool, userId, work),
  };
  return Promise.resolve({
    ...contenderOn(pool, access),
    // PostgreSQL refuses COPY FROM for a table with row-level security.
    load: (userId, entries) =>
      inScope(pool, userId, (client) =>
        byTable(client, given, () => copyInto('loaded', client, userId, entries)),
      ),
    importFile: (userId, path) =>
      inScope(pool, userId, (client) =>
        byTable(client, imported, () => importInto('loaded', client, userId, path)),
      ),
  });
};

/** Inserts the rows that `work` copies into the temporary table `loaded`. */
async function byTable(client: pg.PoolClient, columns: string, work: () => Promise<void>): Promise<void> {
  await client.query(
    `CREATE TEMPORARY TABLE loaded ON COMMIT DROP AS SELECT ${columns} FROM journal WITH NO DATA`,
  );
  await work();
  await client.query(`INSERT INTO journal (${columns}) SELECT ${columns} FROM loaded`);
}

/**
 * Runs `work` in a transaction of the user. A failure closes the client, which rolls back the
 * transaction.
 */
function inScope<T>(pool: pg.Pool, userId: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('BEGIN');
    await client.query({ ...scope, values: [userId] });
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  });
}
