import type { Row } from './row.js';

/** The role and the user of a statement. Row-level security restricts it to the user's rows. */
export interface Scope {
  readonly role: string;
  /** A UUID in lower case. Empty without a user; no policy accepts that. */
  readonly userId: string;
}

/** Builds an object from a row. */
export type RowMapper<T> = (row: Row) => T;

/** A statement with text of this package, which leaves no state in the session. */
export interface OwnStatement<T> {
  text: string;
  /** In text format; null is NULL. */
  values: readonly (string | null)[];
  map: RowMapper<T>;
  /**
   * Plan mode on the fast transport. `custom`: a new plan for these values. `generic`: one plan for
   * all values. Undefined: the server decides after five executions.
   */
  plan?: 'custom' | 'generic';
  /** True for a statement that stores nothing. Decides the outcome of a lost connection. */
  isRead?: boolean;
}

/** A statement with text of TypeORM or the application, which may leave any session state. */
export interface ForeignStatement {
  text: string;
  values?: readonly unknown[] | undefined;
  /** Return rows as arrays instead of objects. */
  rowMode?: 'array' | undefined;
}

/** The result of a foreign statement. */
export interface Answer {
  command: string;
  rows: unknown[];
  rowCount: number | null;
}

/** Isolation levels. PostgreSQL treats READ UNCOMMITTED as READ COMMITTED. */
export const isolations = ['READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'] as const;
export type Isolation = (typeof isolations)[number];

/** The state of the session before a statement. */
export interface SessionState {
  /** Whether a transaction is open. */
  isOpen: boolean;
  /** False after foreign text, which may have replaced prepared statements of the session. */
  isTrusted: boolean;
}

/**
 * Sends own statements. PlainTransport uses only the documented interface of pg. FastTransport
 * needs pg's private members (private-members.ts).
 */
export interface Transport {
  /**
   * True if `send` sends the scope along: outside of an open transaction, scope and statement are
   * one transaction. False if the connection must begin a transaction and set the scope first.
   */
  readonly carriesScope: boolean;
  send<T>(scope: Scope, statement: OwnStatement<T>, session: SessionState): Promise<T[]>;
  /**
   * Forgets the statements that the session no longer has: foreign text may have removed some.
   *
   * @param prepared the names of the session's prepared statements
   */
  reconcile(prepared: readonly string[]): void;
}

/** Settings for the choice of the transport. */
export interface TransportOptions {
  /** Whether to try the fast transport. */
  fastPath: boolean;
  /** Whether the fast transport uses named prepared statements. */
  preparedStatements: boolean;
}

/**
 * The part of a connection that transactions use. Does not mention pg, so the package's
 * declarations compile without pg's types.
 */
export interface TransactionConnection {
  /** Why the connection was lost; undefined while it is usable. */
  readonly lostBy: Error | undefined;
  /** Start of the idle time, by `performance.now()`; undefined while a call is unanswered. */
  readonly idleSince: number | undefined;
  close(reason: Error): void;
  runOwnInTransaction<T>(scope: Scope, statement: OwnStatement<T>): Promise<T[]>;
  runForeignInTransaction(scope: Scope, statement: ForeignStatement): Promise<Answer>;
  setSavepoint(name: string): Promise<void>;
  releaseSavepoint(name: string): Promise<void>;
  rollBackToSavepoint(name: string): Promise<void>;
  commit(): Promise<void>;
  rollBack(): Promise<void>;
}

/** A connection borrowed from the pool. */
export interface Borrowed<T extends TransactionConnection = TransactionConnection> {
  readonly connection: T;
  /** Returns the connection to the pool, which discards a lost or outdated one. */
  giveBack(): void;
}

/** The role of a signed-in user: own rows only. Without a user in scope it reaches no rows. */
export const userRole = 'journal_user';
/** The role of sign-in and sign-up: all rows of `users`, no other table. */
export const authRole = 'journal_auth';
