import type { QueryConfig } from 'pg';
import { ByteRow } from '../statements/byte-row.js';
import type { RowMapper } from '../statements/row.js';
import { ScopedQuery } from './scoped-query.js';
import type { Sender } from './scoped-query.js';
import type { DatabaseScope } from './scope-storage.js';
import { isTraceless } from './session-traces.js';
import type { AnswerTaker, Wire } from './wire.js';

/** A statement whose rows are mapped as they come; its values are texts already. */
export interface MappedStatement extends QueryConfig<(string | null)[]> {
  mapRow: RowMapper<unknown>;
  /** Whether it is prepared to have one plan for all values. */
  sharesPlan: boolean;
}

const row = new ByteRow();

/**
 * A scoped statement that asks for no description of its rows, as whoever sends it knows them, and maps each of them at once.
 */
export class MappedQuery extends ScopedQuery implements AnswerTaker {
  protected override hasRows = true;
  // pg's own corks the stream for what is one piece already.
  override submit = submitTogether;

  constructor(
    private readonly statement: MappedStatement,
    scope: DatabaseScope,
    sender: Sender,
  ) {
    super(statement.text, statement.values, scope, sender);
    this.name = statement.name;
    this.sharesPlan = statement.sharesPlan && statement.name !== undefined;
    // As no literal: of those that lived a little longer at the start the engine concludes that all will, and makes them in the
    // old generation, which then keeps every row that they hold until its own, rare, collection.
    this._result.rows = Array.of();
  }

  protected override sendStatement(wire: Wire): void {
    const { text, name = '', values = [] } = this.statement;
    if (!this.hasBeenParsed(wire)) wire.parse({ text, name });
    wire.bind({ statement: name, values });
    this._getRows(wire);
    wire.taker = this;
  }

  takeRow(bytes: Buffer, from: number, to: number): void {
    if (this._canceledDueToError || this.isOpening) return;
    try {
      this._result.addRow(this.statement.mapRow(row.moveTo(bytes, from, to)));
    } catch (error) {
      this._canceledDueToError = error as Error;
    }
  }

  takeDone(wire: Wire, bytes: Buffer, from: number): boolean {
    if (!this.isOpening && !isTraceless(bytes, from)) return false;
    this.isStatementDone(wire);
    return true;
  }
}

function submitTogether(this: MappedQuery, connection: object): null {
  this.prepare(connection);
  return null;
}
