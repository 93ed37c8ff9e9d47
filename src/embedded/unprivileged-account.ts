import { readFileSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** A user of the operating system that programs are run as. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * Whom PostgreSQL is run as: `nobody` if this process is root, for whom PostgreSQL refuses to run;
 * undefined means that it is run as the user of this process.
 *
 * @throws EmbeddedPostgresError when this process is root and there is no `nobody`.
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!Number(uid) || !Number(gid)) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and there is no user `nobody` to run it as. ' +
        'Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}
