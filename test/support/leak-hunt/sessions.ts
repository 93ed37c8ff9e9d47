import { Client } from 'pg';
import type { ClientBase, ClientConfig } from 'pg';
import type { JournalDataSource } from '../../../src/index.js';

/** The state of a server session outside of a transaction. */
export interface Session {
  sessionUser: string;
  currentUser: string;
  /** Settings that pg_settings does not list. */
  role: string;
  userId: string;
  mark: string;
  /** All other settings by name. */
  settings: Record<string, string>;
  advisoryLocks: number;
  channels: string[];
  cursors: string[];
  /** Prepared statements that were made with the SQL command PREPARE. */
  prepared: string[];
  temporaryObjects: number;
  hasSequenceValue: boolean;
}

// All names are schema-qualified, because the session may have any search_path.
const asked = `
  SELECT session_user AS "sessionUser", current_user AS "currentUser",
    pg_catalog.current_setting('role') AS role,
    coalesce(pg_catalog.current_setting('app.user_id', true), '') AS "userId",
    coalesce(pg_catalog.current_setting('hunted.mark', true), '') AS mark,
    (SELECT pg_catalog.json_object_agg(name, setting) FROM pg_catalog.pg_settings) AS settings,
    (SELECT pg_catalog.count(*)::pg_catalog.int4 FROM pg_catalog.pg_locks
      WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'advisory') AS "advisoryLocks",
    ARRAY(SELECT pg_catalog.pg_listening_channels()) AS channels,
    ARRAY(SELECT name FROM pg_catalog.pg_cursors WHERE name <> '') AS cursors,
    ARRAY(SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql) AS prepared,
    (SELECT pg_catalog.count(*)::pg_catalog.int4 FROM pg_catalog.pg_depend
      WHERE refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND refobjid = pg_catalog.pg_my_temp_schema()) AS "temporaryObjects"`;

/** Reads the state of a session without a transaction, or at the begin of a transaction. */
export async function sessionOf(client: ClientBase): Promise<Session> {
  const { rows } = await client.query<Session>(asked);
  const hasSequenceValue = await client.query('SELECT pg_catalog.lastval()').then(
    () => true,
    () => false,
  );
  return { ...(rows[0] as Session), hasSequenceValue };
}

/** A plain pg connection with the start options of the DataSource. */
export async function bareConnection({ options }: JournalDataSource): Promise<Client> {
  const { url = '', applicationName = '' } = options;
  const startUp = options.extra as ClientConfig;
  const client = new Client({ ...startUp, connectionString: url, application_name: applicationName });
  await client.connect();
  await client.query('SET DateStyle TO ISO');
  return client;
}

/** The state of a new session. */
export async function freshSession(dataSource: JournalDataSource): Promise<Session> {
  const client = await bareConnection(dataSource);
  try {
    // PL/pgSQL adds its settings at first use.
    await client.query('DO $$ BEGIN END $$');
    return await sessionOf(client);
  } finally {
    await client.end();
  }
}

/**
 * The expected state of a session, derived from a new one. Settings that this session has not
 * loaded yet are left out.
 */
export function expectedSession(session: Session, fresh: Session): Session {
  const known = Object.entries(fresh.settings).filter(([name]) => name in session.settings);
  return { ...fresh, settings: Object.fromEntries(known) };
}
