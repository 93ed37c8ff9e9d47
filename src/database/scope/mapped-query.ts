import type { QueryConfig } from 'pg';
import type { RowFields } from '../statements/row-mapper.js';
import { ScopedQuery } from './scoped-query.js';
import type { Sender } from './scoped-query.js';
import type { DatabaseScope } from './scope-storage.js';
import type { Wire } from './wire.js';

/** A statement whose rows are mapped as they come; its values are texts already. */
export interface MappedStatement extends QueryConfig<(string | null)[]> {
  mapRow: (fields: RowFields) => unknown;
}

/**
 * A scoped statement that asks for no description of its rows, as whoever sends it knows them, and maps each of them at once.
 */
export class MappedQuery extends ScopedQuery {
  protected override hasRows = true;

  constructor(
    private readonly statement: MappedStatement,
    scope: DatabaseScope,
    sender: Sender,
  ) {
    super(statement, statement.values, scope, sender);
  }

  protected override sendStatement(wire: Wire): void {
    const { text, name = '', values = [] } = this.statement;
    if (!this.hasBeenParsed(wire)) wire.parse({ text, name });
    wire.bind({ statement: name, values });
    this._getRows(wire);
  }

  protected override readRow({ fields }: { fields: RowFields }): void {
    if (this._canceledDueToError) return;
    try {
      this._result.addRow(this.statement.mapRow(fields));
    } catch (error) {
      this._canceledDueToError = error as Error;
    }
  }
}
