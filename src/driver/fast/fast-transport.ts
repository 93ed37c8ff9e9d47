import { createHash } from 'node:crypto';
import type { Client, Connection, Submittable } from 'pg';
import type { OwnStatement, Scope, SessionState, Transport } from '../contract/contract.js';
import { translateScopeError } from '../failures/translate.js';
import { ByteRow } from './byte-row.js';
import { AnswerTap, type AnswerTaker } from './answer-tap.js';
import { messageWriter } from './message-writer.js';

/**
 * The fast transport: sends scope and statement before one Sync, as named prepared statements, and
 * maps rows from the received bytes. Uses the private members of pg in `private-members.ts`.
 */
export class FastTransport implements Transport {
  readonly carriesScope = true;
  readonly #prepared: PreparedNames | undefined;

  /** @param isPrepared whether to use named prepared statements */
  constructor(
    private readonly client: Client,
    isPrepared: boolean,
  ) {
    this.#prepared = isPrepared ? new Set() : undefined;
  }

  reconcile(prepared: readonly string[]): void {
    for (const name of this.#prepared ?? []) if (!prepared.includes(name)) this.#prepared?.delete(name);
  }

  send<T>(scope: Scope, statement: OwnStatement<T>, session: SessionState): Promise<T[]> {
    // After foreign text use unnamed statements: they are parsed each time, so they are ours.
    const prepared = session.isTrusted ? this.#prepared : undefined;
    const name = statement.plan === 'custom' ? undefined : nameOf(statement.text);
    const { user } = this.client;
    return new Promise((resolve, reject) => {
      this.client.query(new FastQuery(scope, statement, session, prepared, name, user, resolve, reject));
    });
  }
}

const row = new ByteRow();

/** The statements that a connection has prepared, by name. */
type PreparedNames = Set<string>;

/** The same settings as `scopeText` in control.ts, with parameters. */
const setScope = `set_config('role', $1, true), set_config('app.user_id', $2, true), set_config('array_nulls', 'on', true)`;
/** No parallel workers: their start takes longer than most statements. */
const useGenericPlan = `set_config('plan_cache_mode', 'force_generic_plan', true), set_config('max_parallel_workers_per_gather', '0', true)`;

/** After foreign text, which may have set other formats. */
const setFormats = `set_config('DateStyle', 'ISO', true), set_config('client_encoding', 'UTF8', true)`;

/** The statements that set the scope, by their prepared names. */
const scopeTexts = {
  journal_scope: `SELECT ${setScope}`,
  journal_scope_generic_plan: `SELECT ${setScope}, ${useGenericPlan}`,
  journal_scope_and_formats: `SELECT ${setScope}, ${setFormats}`,
};

/**
 * Sends a scope and an own statement before one Sync: one transaction, one round trip. Maps rows as
 * they arrive. pg calls its `handle…` methods (the contract of a `Submittable`).
 *
 * After an error the server skips all messages up to the Sync, so the statement cannot run without
 * its scope.
 */
export class FastQuery<T> implements Submittable, AnswerTaker {
  /** Instrumentation libraries of pg read `name` and `text`. */
  readonly text: string;
  readonly name: string | undefined;
  // Not a literal: V8 would allocate it in the old generation after some calls, and keep the rows
  // alive.
  readonly #rows: T[] = Array.of<T>();
  /** Outstanding CommandComplete messages: one of the scope, one of the statement. */
  #commands = 2;
  #error: Error | undefined;
  #isRejected = false;
  #tap: AnswerTap | undefined;
  readonly #scopeName: keyof typeof scopeTexts;

  constructor(
    private readonly scope: Scope,
    private readonly statement: OwnStatement<T>,
    session: SessionState,
    /** Undefined: use unnamed statements only. */
    private readonly prepared: PreparedNames | undefined,
    name: string | undefined,
    private readonly login: string | undefined,
    private readonly resolve: (rows: T[]) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.text = statement.text;
    this.name = prepared && name;
    // Not in an open transaction: `plan_cache_mode` would apply to its later statements, too.
    const isGeneric = statement.plan === 'generic' && this.name !== undefined && !session.isOpen;
    const trustedName = isGeneric ? 'journal_scope_generic_plan' : 'journal_scope';
    this.#scopeName = session.isTrusted ? trustedName : 'journal_scope_and_formats';
  }

  submit(connection: Connection): Error | null {
    try {
      this.#send(connection);
      return null;
    } catch (error) {
      // Returned, not thrown (for example for an invalid value): pg would await an answer.
      return error as Error;
    }
  }

  #send(connection: Connection): void {
    const { stream } = connection;
    if (!stream.writable) throw new Error('The connection is closed.');
    const { role, userId } = this.scope;
    messageWriter.clear();
    this.#write(this.prepared && this.#scopeName, scopeTexts[this.#scopeName], [role, userId]);
    this.#write(this.name, this.text, this.statement.values);
    this.#tap = AnswerTap.of(connection);
    this.#tap.taker = this;
    stream.write(messageWriter.sync().take());
  }

  #write(name: string | undefined, text: string, values: readonly (string | null)[]): void {
    if (name === undefined) messageWriter.parse('', text);
    // Close first: a failed attempt may have left a statement with this name.
    else if (!this.prepared?.has(name)) messageWriter.closeStatement(name).parse(name, text);
    messageWriter.bind(name ?? '', values).execute();
  }

  takeRow(bytes: Buffer, from: number, to: number): void {
    if (!this.#isStatement || this.#error) return;
    try {
      this.#rows.push(this.statement.map(row.moveTo(bytes, from, to)));
    } catch (error) {
      this.#error = error as Error;
    }
  }

  takeCommandComplete(): void {
    this.#commands -= 1;
  }

  handleReadyForQuery(): void {
    this.#removeTaker();
    if (this.#isRejected) return;
    this.prepared?.add(this.#scopeName);
    if (this.name !== undefined) this.prepared?.add(this.name);
    if (this.#error) this.reject(this.#error);
    else if (this.#commands === 0) this.resolve(this.#rows);
    else this.reject(new Error('The server left a statement unanswered.'));
  }

  handleError(error: Error): void {
    this.#removeTaker();
    this.#isRejected = true;
    // The server may lack either statement of this exchange; prepare both again.
    this.prepared?.delete(this.#scopeName);
    if (this.name !== undefined) this.prepared?.delete(this.name);
    this.reject((this.#isStatement ? error : translateScopeError(this.scope, error, this.login)) as Error);
  }

  // Without a Describe these messages do not come, or the tap takes them, but pg calls the methods
  // unconditionally.
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}

  /** Whether the scope is set: messages now belong to the statement. */
  get #isStatement(): boolean {
    return this.#commands < 2;
  }

  #removeTaker(): void {
    if (this.#tap?.taker === this) this.#tap.taker = undefined;
  }
}

const names = new Map<string, string>();
/** Bounds the server's memory per connection: filters combine to many statement texts. */
const maxNames = 250;

/**
 * The prepared name of a statement. A hash of the text, so that another version of this package
 * behind the same pooler never uses the name for another text. Undefined above `maxNames`.
 */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  const name = `journal_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  return name;
}
