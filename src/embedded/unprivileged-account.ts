import { readFileSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** A user of the operating system. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * The account that runs PostgreSQL: `nobody` if this process is root, because PostgreSQL refuses to
 * run as root; otherwise undefined, for the user of this process.
 *
 * @throws EmbeddedPostgresError if this process is root and there is no user `nobody`
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
