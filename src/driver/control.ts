import pg from 'pg';
import type { Client, QueryResult } from 'pg';
import { CopyRefusedError, TransactionControlError } from './transaction.errors.js';
import type { Answer, ForeignStatement, OwnStatement, Scope, TransactionOptions } from './contract.js';
import { isolations } from './contract.js';
import { TextRow } from './row.js';

/**
 * The messages that are sent by the documented interface of pg: transactions, scopes, resets and
 * statements. Each call is one message and is awaited, so no statement is under way when another is
 * sent.
 */

const scopeText = ({ role, userId }: Scope) =>
  `SET LOCAL ROLE ${pg.escapeIdentifier(role)}; SET LOCAL app.user_id = ${pg.escapeLiteral(userId)}`;

/**
 * Begins a transaction in a scope. If any part fails, no transaction is left open by `rollBack`.
 *
 * @param searchPath with the temporary schema last, so that a temporary table of foreign text hides
 * no table of the package
 */
export async function begin(
  client: Client,
  scope: Scope,
  { isolation }: TransactionOptions = {},
  searchPath?: string,
): Promise<void> {
  if (isolation && !isolations.includes(isolation))
    throw new TypeError(`Unknown isolation level; expected one of ${isolations.join(', ')}.`);
  const level = isolation ? ` ISOLATION LEVEL ${isolation}` : '';
  const path = searchPath === undefined ? '' : `; SET LOCAL search_path TO ${searchPath}`;
  await client.query(`BEGIN${level}; ${scopeText(scope)}${path}`);
}

/** Sets the scope of the statements that follow in the open transaction. */
export async function setScope(client: Client, scope: Scope): Promise<void> {
  await client.query(scopeText(scope));
}

/** How a transaction has ended. */
export interface End {
  /** False if a statement had failed before, so that COMMIT was a rollback. */
  isCommitted: boolean;
  /** The names of the prepared statements of the session; undefined without a reset. */
  prepared: readonly string[] | undefined;
}

export async function commit(client: Client, reset?: string): Promise<End> {
  return endOf(await client.query(reset === undefined ? 'COMMIT' : `${reset}; COMMIT`));
}

function endOf(answer: unknown): End {
  // Several statements in one message have several answers, which the types of pg do not say.
  const answers = [answer as Answers | Answers[]].flat();
  const listed = answers.flatMap(({ rows }) => rows).find(({ prepared }) => prepared !== undefined);
  const prepared = listed && (listed.prepared ?? []);
  return { isCommitted: answers.at(-1)?.command === 'COMMIT', prepared };
}

type Answers = QueryResult<{ prepared?: string[] | null }>;

/**
 * Rolls back, also where no transaction is open. Prepared statements and advisory locks of the
 * session outlive a rollback, so the reset follows in the same message, in a transaction of its
 * own: if it fails, the session is in a failed transaction, and a pooler gives it to no other
 * client.
 */
export async function rollBack(client: Client, reset?: string): Promise<End> {
  return endOf(await client.query(reset === undefined ? 'ROLLBACK' : `ROLLBACK; BEGIN; ${reset}; COMMIT`));
}

/**
 * The statements that take back what foreign text may have left in the session. The order matters:
 * deferred triggers run first, as they may change settings.
 *
 * @param welcome settings of the connection; behind a pooler RESET ALL sets those of the database
 */
export function resetText({ timeZone, applicationName }: Welcome): string {
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
    // Foreign text may have chosen the seed of random().
    'SELECT pg_catalog.setseed(pg_catalog.hashtext(pg_catalog.gen_random_uuid()::text) / 2147483648.0)',
    // Statements that the protocol prepared are not `from_sql`, and no SQL text can make such a
    // one.
    `DO $$ DECLARE found text; BEGIN
       FOR found IN SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql
       LOOP EXECUTE pg_catalog.format('DEALLOCATE %I', found); END LOOP; END $$`,
    'SELECT array_agg(name::text) AS prepared FROM pg_catalog.pg_prepared_statements',
    ownSettings,
    `SET TimeZone TO ${pg.escapeLiteral(timeZone)}`,
    `SET application_name TO ${pg.escapeLiteral(applicationName)}`,
  ].join('; ');
}

/** pg reads dates and texts in this form only; the database or the role may have another one. */
const ownSettings = "SET DateStyle TO ISO; SET client_encoding TO 'UTF8'";

/** Whether a statement of the transaction has lifted the server's limit of statements. */
export async function isStatementTimeoutLifted(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ statement_timeout: string }>('SHOW statement_timeout');
  return rows[0]?.statement_timeout === '0';
}

/** Sets up a session in which no scope is used. */
export async function prepareSession(client: Client): Promise<void> {
  await client.query(ownSettings);
}

/** What a new connection tells about its server. */
export interface Welcome {
  timeZone: string;
  applicationName: string;
  /** The search path of the login, with the temporary schema last. */
  searchPath: string;
  isStandby: boolean;
}

/** The first exchange on a connection. */
export async function welcome(client: Client): Promise<Welcome> {
  const answers = (await client.query(
    `${ownSettings}; SELECT current_setting('TimeZone') AS "timeZone",
       current_setting('application_name') AS "applicationName", pg_is_in_recovery() AS "isStandby",
       concat_ws(', ', nullif(current_setting('search_path'), ''), 'pg_temp') AS "searchPath"`,
  )) as unknown as QueryResult<Welcome>[];
  const told = Array.isArray(answers) ? answers.at(-1)?.rows[0] : undefined;
  if (told === undefined) throw new Error('pg did not deliver the answer to the first statements.');
  return told;
}

/**
 * The extended protocol takes one statement a message: injected text cannot bring a second one
 * along.
 */
const extended = { queryMode: 'extended' } as const;
const asText = { getTypeParser: () => (text: string) => text };

export async function sendForeign(client: Client, statement: ForeignStatement): Promise<Answer> {
  const { text, values, rowMode } = statement;
  const config = { text, values: [...(values ?? [])], ...(rowMode && { rowMode }), ...extended };
  return client.query<object>(config);
}

export async function sendOwn<T>(client: Client, { text, values, map }: OwnStatement<T>): Promise<T[]> {
  const config = { text, values: [...values], types: asText, rowMode: 'array', ...extended } as const;
  const { rows } = await client.query<(string | null)[]>(config);
  return rows.map((fields) => map(new TextRow(fields)));
}

const controlWords = /^(begin|start|commit|end|rollback|abort|savepoint|release)$/i;

/**
 * Whether a text begins or ends a transaction or a savepoint, which is left to the package.
 * PostgreSQL decides by the first word, too; it skips blanks, comments and empty statements before
 * it.
 */
function isTransactionControl(text: string): boolean {
  const statement = withoutComments(text);
  const word = firstWord(statement);
  if (controlWords.test(word)) return true;
  return /^prepare$/i.test(word) && /^transaction\b/i.test(withoutComments(statement.slice(word.length)));
}

function firstWord(statement: string): string {
  return /^[a-z]+/i.exec(statement)?.[0] ?? '';
}

/**
 * Why a text is not sent. COPY waits for data that nothing sends: the server then takes the Sync
 * for data and never answers.
 */
export function refusalOf(text: string): Error | undefined {
  if (isTransactionControl(text)) return new TransactionControlError();
  if (/^copy$/i.test(firstWord(withoutComments(text)))) return new CopyRefusedError();
  return undefined;
}

/** The text without the blanks, comments and semicolons at its beginning. */
function withoutComments(text: string): string {
  const skipped = /^(\s|;|--[^\n\r]*)+/.exec(text)?.[0].length ?? commentLength(text);
  return skipped === 0 ? text : withoutComments(text.slice(skipped));
}

/** The length of the comment with which a text begins; comments nest. */
function commentLength(text: string): number {
  if (!text.startsWith('/*')) return 0;
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1;
    if (depth === 0) return index + 2;
  }
  return text.length;
}
