import type { HuntedJournal } from './hunted-journal.js';
import { until } from '../until.js';
import type { Trader } from './trader.js';

/** How another session interrupts a statement or a session. */
export type Interruption = 'pg_cancel_backend' | 'pg_terminate_backend';

/** A statement that runs until it is interrupted, and a mark in its text that identifies it. */
export function endless(trader: Trader, sql: string): { sql: string; mark: string } {
  const mark = `hunted ${trader.hunted.nextNumber()} `;
  return { sql: `/* ${mark}*/ ${sql}`, mark };
}

/** Identifies a statement by a mark in its text, or by the process id of its session. */
type Sought = { mark: string } | { pid: unknown };

/** Interrupts a statement from another connection while it is in `pg_sleep`. */
export function interrupt(hunted: HuntedJournal, sought: Sought, how: Interruption): Promise<void> {
  return onceAsleep(hunted, sought, `${how}(pid)`);
}

/** Waits until a statement is in `pg_sleep`. */
export function seenAsleep(hunted: HuntedJournal, sought: Sought): Promise<void> {
  return onceAsleep(hunted, sought, 'pid');
}

async function onceAsleep({ owner, login }: HuntedJournal, sought: Sought, result: string): Promise<void> {
  const [condition, value] =
    'pid' in sought ? ['pid = $2', sought.pid] : ['strpos(query, $2) > 0', sought.mark];
  await until(async () => {
    const found: unknown[] = await owner.query(
      `SELECT ${result} FROM pg_stat_activity
       WHERE usename = $1 AND state = 'active' AND wait_event = 'PgSleep' AND ${condition}`,
      [login, value],
    );
    return found.length > 0;
  });
}

/** Interrupts the session with this process id. */
export async function interruptProcess(
  { owner }: HuntedJournal,
  pid: unknown,
  how: Interruption,
): Promise<void> {
  const found: { done: boolean }[] = await owner.query(`SELECT ${how}($1) AS done`, [pid]);
  if (found[0]?.done !== true) throw new Error(`the process ${String(pid)} was gone already`);
}

/** Waits until the session with this process id has ended. */
export async function processEnd({ owner }: HuntedJournal, pid: unknown): Promise<void> {
  const session = 'SELECT FROM pg_stat_activity WHERE pid = $1';
  await until(async () => (await owner.query<unknown[]>(session, [pid])).length === 0);
}

/** Terminates every idle session of the application, and waits until they have ended. */
export async function killIdle({ owner, login }: HuntedJournal): Promise<void> {
  await owner.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1 AND state = 'idle'`,
    [login],
  );
}
