import { expect } from '@jest/globals';
import { Client } from 'pg';
import type { PoolClient, QueryResult } from 'pg';
import type { HuntedJournal } from './hunted-journal.js';

/**
 * Nothing waits, no connection is missing from the pool, and none carries a role or a user, asked of pg itself, past the scope.
 */
export async function expectNoLeftovers({ pool, variation, victim }: HuntedJournal): Promise<void> {
  expect([pool.waitingCount, pool.totalCount - pool.idleCount]).toEqual([0, 0]);
  const clients: PoolClient[] = [];
  try {
    while (clients.length < variation.poolSize) clients.push(await pool.connect());
    const answers = await Promise.all(
      clients.map((client) =>
        bareQuery(
          client,
          `SELECT current_setting('role') AS role, coalesce(current_setting('app.user_id', true), '') AS user`,
        ),
      ),
    );
    // A hostile SET of a session outlives it behind PgBouncer. The hunt's own are told from what the scope might leave: it never
    // is the victim's, and with a role of sign-in it would leave that of users.
    const [roles, users] = variation.pgBouncer
      ? [
          ['none', 'journal_auth'],
          ['', victim],
        ]
      : [['none'], ['']];
    for (const { role, user } of answers.flatMap(({ rows }) => rows)) {
      expect(roles).toContain(role);
      expect(users).toContain(user);
    }
  } finally {
    for (const client of clients) client.release();
  }
}

interface Left {
  role: string;
  user: string;
}

function bareQuery(client: PoolClient, sql: string): Promise<QueryResult<Left>> {
  return (Client.prototype.query as (sql: string) => Promise<QueryResult<Left>>).call(client, sql);
}
