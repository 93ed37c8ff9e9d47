import { deferred } from '../../support/deferred.js';
import { addingAfter } from './attacked.js';
import type { Attacked } from './attacked.js';

/**
 * The rows of `pg_stat_activity` for the other sessions of a login, as a fragment reads them with
 * the privileges of its own login.
 */
export async function activityOf({ fragment }: Attacked, login: string): Promise<string> {
  const select = `SELECT query FROM pg_stat_activity WHERE usename = '${login}' AND pid <> pg_backend_pid()`;
  return (await fragment(addingAfter({ role: 'none' }, select))).join();
}

/**
 * A fragment that calls a function for each other session of a login, with the rights of its own
 * login.
 */
export function otherSessions(call: string, login: string): string {
  return `none' UNION ALL SELECT ${call}(pid)::text
    FROM (SELECT set_config('role', 'none', true) AS role OFFSET 0) changed,
    LATERAL (SELECT pid FROM pg_stat_activity
      WHERE usename = '${login}' AND pid <> pg_backend_pid() AND role IS NOT NULL OFFSET 0) other --`;
}

/**
 * Ends the sessions of the login of DATABASE_URL, so that later ones begin with its present
 * settings.
 */
export async function endSessions({ owner, login }: Attacked): Promise<void> {
  await owner.query(
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1 AND datname = current_database()',
    [login],
  );
}

/** Runs `attack` while `work` pauses, each in a separate async context. */
export async function whilePaused<T>(
  work: (pause: () => Promise<void>) => Promise<T>,
  attack: () => Promise<void>,
): Promise<T> {
  const [paused, attacked] = [deferred(), deferred()];
  const done = work(() => {
    paused.resolve();
    return attacked.promise;
  });
  try {
    // A rejected `work` must not leave the attack waiting for its pause.
    await Promise.race([paused.promise, done]);
    await attack();
  } finally {
    attacked.resolve();
    await done.catch(() => undefined);
  }
  return done;
}

/**
 * Runs `attack` while a unit of work of Bob pauses after `before`; then the unit sends another
 * statement.
 */
export function duringUnitOfBob(
  { scope, bob, dataSource }: Attacked,
  attack: () => Promise<void>,
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<unknown> {
  return whilePaused(
    (pause) =>
      scope.run(bob, () =>
        scope.transaction(
          async () => {
            await before();
            await pause();
            return dataSource.query<unknown>('SELECT 1');
          },
          { attempts: 1 },
        ),
      ),
    attack,
  );
}
