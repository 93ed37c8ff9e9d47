import { JournalDatabaseError } from './journal-database.error.js';

/** One thing that is wrong with an input: where it stands, what it held, and what was expected. */
export interface InputProblem {
  /** Position in the list that was given; 0 for a single object. */
  index: number;
  /** The id of the row, where it has one. */
  id: string | undefined;
  /** The column, by its name in the database. */
  column: string;
  /** The value found, shortened for printing. */
  value: string;
  reason: string;
}

/** Something that was handed over for storing cannot be stored. Nothing was written. */
export class InvalidInputError extends JournalDatabaseError {
  readonly code = 'INVALID_INPUT';

  constructor(
    what: string,
    readonly problems: readonly InputProblem[],
  ) {
    const shown = problems.slice(0, 5).map(({ id, column, value, reason }) => {
      const row = id === undefined ? '' : `${id}: `;
      return `${row}${column} ${reason} (found ${value})`;
    });
    const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
    super(`Invalid ${what}, nothing was written: ${shown.join('; ')}${more}.`);
  }
}

/** A cursor that this version did not make. */
export class InvalidCursorError extends JournalDatabaseError {
  readonly code = 'INVALID_CURSOR';

  constructor(options?: ErrorOptions) {
    super('The cursor is not one that `page` returned; start again without a cursor.', options);
  }
}
