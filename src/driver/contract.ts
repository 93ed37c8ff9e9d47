import type { Row } from './row.js';

/** As whom a statement runs: a role, and the user whose rows row-level security lets it reach. */
export interface Scope {
  readonly role: string;
  /** A UUID in lower case; empty outside of any user's scope, which no policy accepts. */
  readonly userId: string;
}

/** Makes the caller's object of a row. */
export type RowMapper<T> = (row: Row) => T;

/** A statement whose text this package wrote: it leaves nothing behind in its session. */
export interface OwnStatement<T> {
  text: string;
  /** As texts; null is NULL. */
  values: readonly (string | null)[];
  map: RowMapper<T>;
  /**
   * How the server plans it on the fast transport. `custom`: for these values each time. `generic`:
   * with one plan for all values. Otherwise the server decides after five executions.
   */
  plan?: 'custom' | 'generic';
}

/** A statement whose text comes from TypeORM or the application: it may leave anything behind. */
export interface ForeignStatement {
  text: string;
  values?: readonly unknown[] | undefined;
  /** Rows as arrays instead of objects. */
  rowMode?: 'array' | undefined;
}

/** What the server answered to a foreign statement. */
export interface Answer {
  command: string;
  rows: unknown[];
  rowCount: number | null;
}

/** PostgreSQL treats READ UNCOMMITTED as READ COMMITTED. */
export const isolations = ['READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'] as const;
export type Isolation = (typeof isolations)[number];

/** How a transaction begins. */
export interface TransactionOptions {
  isolation?: Isolation | undefined;
}

/** The state of the session in which a statement is sent. */
export interface SessionState {
  /** Whether a transaction is open, which the statement becomes part of. */
  isOpen: boolean;
  /** False after foreign text, which may have replaced a prepared statement of the session. */
  isTrusted: boolean;
}

/**
 * The way in which the package's own statements are sent. There are two: `plain` uses the
 * documented interface of pg only; `fast` needs the private members that its table lists.
 */
export interface Transport {
  /**
   * Whether `send` sends the scope and the statement as one transaction. Otherwise the connection
   * begins one and sets the scope before it.
   */
  readonly carriesScope: boolean;
  send<T>(scope: Scope, statement: OwnStatement<T>, session: SessionState): Promise<T[]>;
  /**
   * Told after foreign text which prepared statements the session has: the text may have removed
   * some.
   */
  reconcile(prepared: readonly string[]): void;
}

/**
 * A connection as transactions use it. It says nothing of pg, so that the declarations of the
 * package do not need the types of pg.
 */
export interface TransactionConnection {
  readonly isLost: boolean;
  /** Milliseconds of the epoch; undefined while it waits for an answer. */
  readonly idleSince: number | undefined;
  close(reason: Error): void;
  within<T>(scope: Scope, statement: OwnStatement<T>): Promise<T[]>;
  foreignWithin(scope: Scope, statement: ForeignStatement): Promise<Answer>;
  setSavepoint(name: string): Promise<void>;
  releaseSavepoint(name: string): Promise<void>;
  rollBackToSavepoint(name: string): Promise<void>;
  commit(): Promise<void>;
  rollBack(): Promise<void>;
}

/** A connection that is lent to one borrower. */
export interface Borrowed<T extends TransactionConnection = TransactionConnection> {
  readonly connection: T;
  /** Gives it back; a lost connection is replaced. */
  giveBack(): void;
}
