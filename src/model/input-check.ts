import type { z } from 'zod';
import { columnName } from './entry-column.js';
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

/**
 * What is wrong with one object under a schema of this package; empty if nothing is. `index` is its
 * place in its list.
 */
export function inputProblems(schema: z.ZodType, input: unknown, index = 0): InputProblem[] {
  const { error } = schema.safeParse(input);
  return (error?.issues ?? []).map((issue) => describe(issue, input, index));
}

/** The checked object. @throws InvalidInputError */
export function checkInput<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  const { data, error } = schema.safeParse(input);
  if (error) {
    throw new InvalidInputError(
      what,
      error.issues.map((issue) => describe(issue, input, 0)),
    );
  }
  return data;
}

function describe(issue: z.core.$ZodIssue, input: unknown, index: number): InputProblem {
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const property = String(issue.path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys[0] : ''));
  return {
    index,
    id: typeof fields['id'] === 'string' ? fields['id'] : undefined,
    column: columnName(property),
    value: /password/i.test(property) ? 'something hidden' : shown(fields[property]),
    reason: issue.code === 'unrecognized_keys' ? 'is not a column that can be given here' : issue.message,
  };
}

const longest = 60;

/** A value as a message shows it: on one line, and not too long. */
export function shown(value: unknown, most = longest): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = value === undefined ? 'nothing' : (jsonOf(value) ?? typeof value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function jsonOf(value: unknown): string | undefined {
  // JSON has no infinity, and would print null.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // It holds itself, or a bigint.
  }
}
