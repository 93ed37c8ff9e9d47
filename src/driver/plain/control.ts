import pg from 'pg';
import type { Client, QueryResult } from 'pg';
import type { Answer, ForeignStatement, Isolation, Scope } from '../contract/contract.js';
import { refusal, shown } from '../../model/input-check.js';
import { isolations } from '../contract/contract.js';
import { exactDecimals } from '../contract/row-type-parsers.js';

/**
 * Transaction control, scopes, resets and statements by the documented interface of pg. Each
 * function with a client is one exchange. Callers await it before they begin the next.
 */

/**
 * Array literals of the package contain NULL, so `array_nulls` must be on. Every transaction sets
 * it, because PgBouncer may give each transaction another session of the server.
 */
const scopeText = ({ role, userId }: Scope) =>
  `SET LOCAL ROLE ${pg.escapeIdentifier(role)}; SET LOCAL app.user_id = ${pg.escapeLiteral(userId)}; SET LOCAL array_nulls TO on`;

/**
 * Begins a transaction in a scope. After a failure call `rollBack`: BEGIN may have succeeded.
 *
 * @param searchPath with `pg_temp` last, so that a temporary table created by foreign text cannot
 * shadow a table of the package
 */
export async function begin(
  client: Client,
  scope: Scope,
  isolation?: Isolation,
  searchPath?: string,
): Promise<void> {
  if (isolation && !isolations.includes(isolation)) {
    const reason = `must be one of ${isolations.join(', ')}`;
    throw refusal('options of a transaction', { property: 'isolation', value: shown(isolation), reason });
  }
  const level = isolation ? ` ISOLATION LEVEL ${isolation}` : '';
  const path = searchPath === undefined ? '' : `; SET LOCAL search_path TO ${searchPath}`;
  await client.query(`BEGIN${level}; ${scopeText(scope)}${path}`);
}

/** Sets the scope and the formats of the statements that follow in the open transaction. */
export async function setScope(client: Client, scope: Scope): Promise<void> {
  await client.query(`${scopeText(scope)}; SET LOCAL DateStyle TO ISO; SET LOCAL client_encoding TO 'UTF8'`);
}

/** The result of COMMIT or ROLLBACK. */
export interface End {
  /** False if a statement had failed: PostgreSQL answers COMMIT by ROLLBACK then. */
  isCommitted: boolean;
  /** The session's prepared statements, read by the reset; undefined without a reset. */
  prepared: readonly string[] | undefined;
}

/** The answer to one statement of a message; the reset's last query lists prepared statements. */
type Answers = QueryResult<{ prepared?: string[] | null }>;

export async function commit(client: Client, reset?: string): Promise<End> {
  return endOf(await client.query(reset === undefined ? 'COMMIT' : `${reset}; COMMIT`));
}

function endOf(answer: unknown): End {
  // pg returns an array of results for several statements in one message. Its types do not say so.
  const answers = [answer as Answers | Answers[]].flat();
  const listed = answers.flatMap(({ rows }) => rows).find(({ prepared }) => prepared !== undefined);
  const prepared = listed && (listed.prepared ?? []);
  return { isCommitted: answers.at(-1)?.command === 'COMMIT', prepared };
}

/**
 * Rolls back; harmless without an open transaction. Prepared statements and session-level advisory
 * locks survive a rollback, so the reset follows in the same message. It has its own transaction:
 * if it fails, the session stays in a failed transaction, and a pooler does not reuse it.
 */
export async function rollBack(client: Client, reset?: string): Promise<End> {
  return endOf(await client.query(reset === undefined ? 'ROLLBACK' : `ROLLBACK; BEGIN; ${reset}; COMMIT`));
}

/**
 * The statements that undo all session state that foreign text can leave. The order matters: SET
 * CONSTRAINTS runs deferred triggers, which may change settings, so it comes first.
 *
 * TimeZone and application_name are set again: behind a pooler RESET ALL sets the values of the
 * database instead of the connection's.
 */
export function resetText({ timeZone, applicationName }: ServerInfo): string {
  return [
    'SET CONSTRAINTS ALL IMMEDIATE',
    'RESET SESSION AUTHORIZATION',
    'RESET ALL',
    'RESET ROLE',
    'CLOSE ALL',
    'UNLISTEN *',
    'DISCARD TEMP',
    'DISCARD SEQUENCES',
    'SELECT pg_catalog.pg_advisory_unlock_all()',
    // Foreign text may have called setseed().
    'SELECT pg_catalog.setseed(pg_catalog.hashtext(pg_catalog.gen_random_uuid()::text) / 2147483648.0)',
    // Keeps the package's statements: the protocol prepared them, so `from_sql` is false. Foreign
    // text prepares with PREPARE only, so `from_sql` is true.
    `DO $$ DECLARE found text; BEGIN
       FOR found IN SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql
       LOOP EXECUTE pg_catalog.format('DEALLOCATE %I', found); END LOOP; END $$`,
    'SELECT array_agg(name::text) AS prepared FROM pg_catalog.pg_prepared_statements',
    sessionSettings,
    `SET TimeZone TO ${pg.escapeLiteral(timeZone)}`,
    `SET application_name TO ${pg.escapeLiteral(applicationName)}`,
  ].join('; ');
}

/**
 * The database or the role may have other defaults. pg parses only these formats. The checks of the
 * schema and of privileges compare names as `quote_ident` returns them. With `row_security` off
 * PostgreSQL refuses every statement of a user.
 */
const sessionSettings =
  "SET quote_all_identifiers TO off; SET row_security TO on; SET DateStyle TO ISO; SET client_encoding TO 'UTF8'";

/** The `statement_timeout` that a SET has set, in milliseconds; undefined without a SET. */
export async function readStatementTimeout(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ timeout: number }>(
    `SELECT setting::int AS timeout FROM pg_catalog.pg_settings WHERE name = 'statement_timeout' AND source = 'session'`,
  );
  return rows[0]?.timeout;
}

/** Sets up a session without a scope, for migrations. */
export async function prepareSession(client: Client): Promise<void> {
  await client.query(sessionSettings);
}

/** The settings and the state of a new connection's server. */
export interface ServerInfo {
  timeZone: string;
  applicationName: string;
  /** The search path of the login, with `pg_temp` last. */
  searchPath: string;
  isStandby: boolean;
  /** True on a standby, or with `default_transaction_read_only`, when the connection opened. */
  isReadOnly: boolean;
  /** The level of a transaction that requests none. */
  defaultIsolation: Isolation;
}

/**
 * Sets up a new connection and reads the server's settings in the same round trip. PostgreSQL shows
 * an empty search path as a pair of double quotes.
 */
export async function readServerInfo(client: Client): Promise<ServerInfo> {
  const answers = (await client.query(
    `${sessionSettings}; SELECT current_setting('TimeZone') AS "timeZone",
       current_setting('application_name') AS "applicationName", pg_is_in_recovery() AS "isStandby",
       pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS "isReadOnly",
       upper(current_setting('default_transaction_isolation')) AS "defaultIsolation",
       concat_ws(', ', nullif(nullif(current_setting('search_path'), ''), '""'), 'pg_temp') AS "searchPath"`,
  )) as unknown as QueryResult<ServerInfo>[];
  const info = Array.isArray(answers) ? answers.at(-1)?.rows[0] : undefined;
  if (info === undefined) throw new Error('pg returned no result for the first statements of a connection.');
  return info;
}

/** The extended protocol accepts one statement per message, so injection cannot add another. */
export const extended = { queryMode: 'extended' } as const;

export async function sendForeign(client: Client, statement: ForeignStatement): Promise<Answer> {
  const { text, values, rowMode } = statement;
  const config = {
    text,
    values: [...(values ?? [])],
    types: exactDecimals,
    ...(rowMode && { rowMode }),
    ...extended,
  };
  return client.query<object>(config);
}
