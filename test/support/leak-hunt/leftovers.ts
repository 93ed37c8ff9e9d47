import { expect } from '@jest/globals';
import { rawClients } from '../raw-clients.js';
import { isLostConnection } from './expected-failures.js';
import type { HuntedJournal } from './hunted-journal.js';
import { expectedSession, onBareConnection, sessionOf } from './sessions.js';
import type { Session } from './sessions.js';

/**
 * No connection is missing from the pool, and no session holds anything that a new one would not: asked
 * over the connections themselves, past the scope. Nothing else may be under way.
 */
export async function expectNoLeftovers(hunted: HuntedJournal): Promise<void> {
  const { total, idle } = hunted.dataSource.journal.connectionCounts;
  expect(total - idle).toBe(0);
  expect(total).toBeLessThanOrEqual(hunted.variation.poolSize);
  const sessions = await ownSessions(hunted);
  expect(sessions).toHaveLength(total);
  if (hunted.serverSessions > 0) sessions.push(...(await serverSessions(hunted, hunted.serverSessions)));
  for (const session of sessions) expect(session).toEqual(expectedSession(session, hunted.fresh));
}

/** Those of the pool; some clients may be about to end. */
async function ownSessions({ database, login }: HuntedJournal): Promise<Session[]> {
  const asked = rawClients(database, login).map((client) =>
    sessionOf(client).catch((error: unknown) => {
      if (!isLostConnection(error)) throw error;
      return [];
    }),
  );
  return (await Promise.all(asked)).flat();
}

/** Each session that PgBouncer has with the server: it gives one to every transaction that is open. */
function serverSessions(hunted: HuntedJournal, count: number): Promise<Session[]> {
  if (count === 0) return Promise.resolve([]);
  return onBareConnection(hunted.dataSource, async (client) => {
    await client.query('BEGIN');
    const session = await sessionOf(client);
    const others = await serverSessions(hunted, count - 1);
    // If the client went before, PgBouncer would close the session.
    await client.query('ROLLBACK');
    return [session, ...others];
  });
}
