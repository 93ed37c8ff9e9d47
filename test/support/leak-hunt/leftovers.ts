import { expect } from '@jest/globals';
import { rawClients } from '../raw-clients.js';
import { isLostConnection } from './expected-failures.js';
import type { HuntedJournal } from './hunted-journal.js';
import { expectedSession, sessionOf } from './sessions.js';
import type { Session } from './sessions.js';

/**
 * Checks that the pool has all its connections and that each session has the state of a new one.
 * Reads the sessions directly, outside of any scope. Nothing else may run meanwhile.
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

/** The sessions of the pool. Some clients may be about to end. */
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

/** All server sessions of PgBouncer: each open transaction holds one. */
async function serverSessions({ inspectors }: HuntedJournal): Promise<Session[]> {
  const all = (sql: string) => Promise.all(inspectors.map((client) => client.query(sql)));
  await all('BEGIN');
  try {
    return await Promise.all(inspectors.map(sessionOf));
  } finally {
    await all('ROLLBACK');
  }
}
