import { expect } from '@jest/globals';
import { rawClients } from '../raw-clients.js';
import { isLostConnection } from './expected-failures.js';
import type { HuntedJournal } from './hunted-journal.js';
import { expectedSession, sessionOf } from './sessions.js';
import type { Session } from './sessions.js';

/**
 * No connection is missing from the pool, and no session holds anything that a new one would not:
 * asked over the connections themselves, past the scope. Nothing else may be under way.
 */
export async function expectNoLeftovers(hunted: HuntedJournal): Promise<void> {
  const { total, idle } = hunted.dataSource.journal.connectionCounts;
  expect(total - idle).toBe(0);
  expect(total).toBeLessThanOrEqual(hunted.variation.poolSize);
  const sessions = await ownSessions(hunted);
  expect(sessions).toHaveLength(total);
  sessions.push(...(await serverSessions(hunted)));
  for (const session of sessions) expect(session).toEqual(expectedSession(session, hunted.fresh));
}

/** Those of the pool; some clients may be about to end. */
async function ownSessions({ database, login, inspectors }: HuntedJournal): Promise<Session[]> {
  const clients = rawClients(database, login).filter((client) => !inspectors.includes(client));
  const asked = clients.map((client) =>
    sessionOf(client).catch((error: unknown) => {
      if (!isLostConnection(error)) throw error;
      return [];
    }),
  );
  return (await Promise.all(asked)).flat();
}

/**
 * Each session that PgBouncer has with the server: it gives one to every transaction that is open.
 */
async function serverSessions({ inspectors }: HuntedJournal): Promise<Session[]> {
  const all = (sql: string) => Promise.all(inspectors.map((client) => client.query(sql)));
  await all('BEGIN');
  try {
    return await Promise.all(inspectors.map(sessionOf));
  } finally {
    await all('ROLLBACK');
  }
}
