import type { QueryRunner } from 'typeorm';

/** A session of the server, with the columns by which an administrator finds it. */
export interface SessionDescription {
  pid: number;
  /** Process, role, application, address, times and state as one text. */
  text: string;
}

// For sessions of other roles PostgreSQL shows an ordinary role the process and the names only.
const description = `
  a.pid, concat_ws(', ',
    format('process %s (role %s', a.pid, coalesce(quote_ident(a.usename), '?')),
    'application ' || quote_ident(nullif(a.application_name, '')),
    'from ' || coalesce(a.client_hostname || ' ', '') || coalesce(host(a.client_addr) || ':' || a.client_port, 'a Unix socket'),
    'connected since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'in a transaction since ' || to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    a.state) || ')' AS text`;

/** The session that holds the lock; undefined if it is free. */
export async function holderOf(
  queryRunner: QueryRunner,
  { classId, objectId }: AdvisoryLock,
): Promise<SessionDescription | undefined> {
  const rows = (await queryRunner.query(
    `SELECT ${description}
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
       AND l.classid = $1::int8::oid AND l.objid = $2::int8::oid
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [classId, objectId],
  )) as SessionDescription[];
  return rows[0];
}

/** The three sessions of this database with the oldest open transactions. */
export async function oldestTransactions(queryRunner: QueryRunner): Promise<SessionDescription[]> {
  return (await queryRunner.query(
    `SELECT ${description}
     FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL
     ORDER BY a.xact_start LIMIT 3`,
  )) as SessionDescription[];
}

/** An advisory lock with two keys. Advisory locks belong to a database, not to the server. */
interface AdvisoryLock {
  classId: number;
  objectId: number;
}

/** "jrnl": the first key of all locks of this package, distinct from an application's locks. */
const classId = 0x6a_72_6e_6c;

/** Held while migrations are applied or reverted. */
export const migrationLock: AdvisoryLock = { classId, objectId: 1 };
