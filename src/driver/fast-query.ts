import type { Connection, Submittable } from 'pg';
import type { OwnStatement, Scope, SessionState } from './contract.js';
import { explainScope } from './explain.js';
import { ByteRow } from './byte-row.js';
import { TextRow } from './row.js';
import type { RowFields } from './row.js';
import { AnswerTap } from './answer-tap.js';
import type { AnswerTaker } from './answer-tap.js';
import { messageWriter } from './messages.js';

const row = new ByteRow();

/** The statements that a connection has prepared, by name. */
export type PreparedNames = Set<string>;

const setScope = `set_config('role', $1, true), set_config('app.user_id', $2, true)`;
/** Parallel workers take longer to start than most statements run. */
const useGenericPlan = `set_config('plan_cache_mode', 'force_generic_plan', true), set_config('max_parallel_workers_per_gather', '0', true)`;

/** The statements that set the scope, by the names under which they are prepared. */
const scopeTexts = {
  journal_scope: `SELECT ${setScope}`,
  journal_scope_generic_plan: `SELECT ${setScope}, ${useGenericPlan}`,
};

/**
 * Sends a scope and a statement of the package before one Sync, so that both are one transaction
 * and one round trip, and maps the rows as they arrive. pg calls its methods: the contract of a
 * `Submittable`.
 *
 * The server skips everything up to the Sync after an error, so the statement cannot run without
 * its scope.
 */
export class FastQuery<T> implements Submittable, AnswerTaker {
  /** For instrumentation of pg, which reads `name` and `text`. */
  readonly text: string;
  readonly name: string | undefined;
  // As a literal it would be allocated in V8's old generation after some calls, and keep its rows
  // alive there.
  readonly #rows: T[] = Array.of<T>();
  /** CommandComplete messages that are still to come: of the scope, and of the statement. */
  #commands = 2;
  #error: Error | undefined;
  #isRejected = false;
  #tap: AnswerTap | undefined;
  readonly #scopeName: keyof typeof scopeTexts;

  constructor(
    private readonly scope: Scope,
    private readonly statement: OwnStatement<T>,
    session: SessionState,
    /** undefined: nothing is prepared by name. */
    private readonly prepared: PreparedNames | undefined,
    name: string | undefined,
    private readonly resolve: (rows: T[]) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.text = statement.text;
    this.name = prepared && name;
    // In an open transaction the setting would hold for the statements that follow, too.
    const isGeneric = statement.plan === 'generic' && this.name !== undefined && !session.isOpen;
    this.#scopeName = isGeneric ? 'journal_scope_generic_plan' : 'journal_scope';
  }

  submit(connection: Connection): Error | null {
    try {
      this.#send(connection);
      return null;
    } catch (error) {
      // pg would wait for an answer if it was thrown, for values that cannot be written for
      // instance.
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
    if (this.#tap) this.#tap.taker = this;
    stream.write(messageWriter.sync().take());
  }

  #write(name: string | undefined, text: string, values: readonly (string | null)[]): void {
    if (name === undefined) messageWriter.parse('', text);
    // An attempt that failed may have left a statement of this name.
    else if (!this.prepared?.has(name)) messageWriter.closeStatement(name).parse(name, text);
    messageWriter.bind(name ?? '', values).execute();
  }

  takeRow(bytes: Buffer, from: number, to: number): void {
    if (this.#isStatement) this.#map(() => row.moveTo(bytes, from, to));
  }

  takeCommandComplete(): void {
    this.#commands -= 1;
  }

  /** pg calls it where the tap did not take the row. */
  handleDataRow(message: { fields: RowFields }): void {
    if (this.#isStatement) this.#map(() => new TextRow(message.fields));
  }

  /** pg calls it where the tap did not take the message. */
  handleCommandComplete(): void {
    this.takeCommandComplete();
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
    // The server may have lost or refused any statement of this exchange.
    this.prepared?.delete(this.#scopeName);
    if (this.name !== undefined) this.prepared?.delete(this.name);
    this.reject((this.#isStatement ? error : explainScope(this.scope, error)) as Error);
  }

  // No Describe is sent, so these do not come. pg calls them without looking.
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}

  /** Whether the scope is set, so that what arrives belongs to the statement. */
  get #isStatement(): boolean {
    return this.#commands < 2;
  }

  #map(read: () => Parameters<OwnStatement<T>['map']>[0]): void {
    if (this.#error) return;
    try {
      this.#rows.push(this.statement.map(read()));
    } catch (error) {
      this.#error = error as Error;
    }
  }

  #removeTaker(): void {
    if (this.#tap?.taker === this) this.#tap.taker = undefined;
  }
}
