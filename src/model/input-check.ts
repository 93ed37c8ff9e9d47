import { z } from 'zod';
import { JournalDatabaseError } from './journal-database.error.js';
import { columnName } from './sql-text.js';

/** One invalid value of an input. */
export interface InputProblem {
  /** The position in the given list, from 0; 0 for a single object. */
  index: number;
  /** The id of the object, if it has one. */
  id: string | undefined;
  /**
   * The path of the value in the input of the caller, such as `accountId` or `close.strike`; empty
   * if the input itself is invalid. `amount` or `qty` if a template computes a number that is too
   * long.
   */
  property: string;
  /** @deprecated Use `property`. The database column, such as `account_id`. */
  column: string;
  /** The invalid value as JSON, shortened; `something hidden` for a password. */
  value: string;
  /** The violated rule, such as `must be text`. */
  reason: string;
}

/**
 * An input is invalid. `problems` lists every invalid value. A call that writes has written
 * nothing.
 *
 * @remedy Correct every value in `problems`.
 */
export class InvalidInputError extends JournalDatabaseError {
  readonly code = 'INVALID_INPUT';

  /**
   * @param options `isOfRead`: the call only reads, so the message does not mention writing.
   * `isList`: the input has several objects, so the message names their positions.
   */
  constructor(
    what: string,
    readonly problems: readonly InputProblem[],
    { isOfRead = false, isList = false }: { isOfRead?: boolean; isList?: boolean } = {},
  ) {
    const shown = problems.slice(0, 5).map(({ index, id, property, value, reason }) => {
      const position = isList ? `entries[${index}]` : undefined;
      const name = position !== undefined && id !== undefined ? `${position} (${id})` : (position ?? id);
      const path = property === '' ? '' : `${property} `;
      return `${name === undefined ? '' : `${name}: `}${path}${reason} (found ${value})`;
    });
    const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
    const outcome = isOfRead ? '' : ', nothing was written';
    super(`Invalid ${what}${outcome}: ${shown.join('; ')}${more}.`);
  }
}

/** The reason for schemas without a message of their own. */
const plainReasons: z.core.ParseContext<z.core.$ZodIssue> = {
  error: ({ expected }) => (expected === 'object' ? 'must be an object' : undefined),
};

/** The rule of a value that is one of several texts. */
export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

/**
 * Validates one object.
 *
 * @param index its position in its list
 * @returns all problems; empty for a valid object
 */
export function inputProblems(schema: z.ZodType, input: unknown, index = 0): InputProblem[] {
  const { error } = schema.safeParse(input, plainReasons);
  return error ? problemsOf(error, input, index) : [];
}

/**
 * @param options `isOfRead`: the call only reads
 * @returns the validated object
 * @throws InvalidInputError
 */
export function checkInput<T>(
  what: string,
  schema: z.ZodType<T>,
  input: unknown,
  options: { isOfRead?: boolean } = {},
): T {
  const { data, error } = schema.safeParse(input, plainReasons);
  if (error) throw new InvalidInputError(what, problemsOf(error, input), options);
  return data;
}

/** `checkInput` for a call that only reads. @throws InvalidInputError */
export function checkReadInput<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  return checkInput(what, schema, input, { isOfRead: true });
}

/** Adds the rule that changes have at least one member. */
export function withChange<T extends z.ZodType<object>>(schema: T): T {
  return schema.refine((changes) => Object.values(changes).some((value) => value !== undefined), {
    path: ['changes'],
    message: 'must have at least one changed member',
    // Changes with an unknown member have a problem of their own.
    when: ({ issues }) => issues.length === 0,
  });
}

/** The error of one invalid member, whose value is given as text. */
export function refusal(
  what: string,
  problem: Pick<InputProblem, 'property' | 'value' | 'reason'>,
): InvalidInputError {
  const column = columnName(problem.property);
  return new InvalidInputError(what, [{ index: 0, id: undefined, column, ...problem }]);
}

function problemsOf({ issues }: z.ZodError, input: unknown, index = 0): InputProblem[] {
  // An `id` that the schema does not know is no name of the object.
  const hasUnknownId = issues.some(
    (issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0 && issue.keys.includes('id'),
  );
  const id = hasUnknownId ? undefined : memberOf(input, 'id');
  return issues.flatMap(placesOf).map(({ path, reason }) => {
    const property = pathText(path);
    return {
      index,
      id: typeof id === 'string' && id !== '' ? id : undefined,
      property,
      column: columnName(String(path[0] ?? '')),
      value: isSecret(property) ? hidden : shown(path.reduce(memberOf, input)),
      reason,
    };
  });
}

/** The paths of an issue: one issue reports all unknown keys of an object. */
function placesOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; reason: string }[] {
  const { path } = issue;
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...path, key], reason: 'is not an allowed property' }))
    : [{ path, reason: issue.message }];
}

const hidden = 'something hidden';

function isSecret(name: string): boolean {
  return /password/i.test(name);
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return isObject(value) ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** True for an object that is not an array, such as one of JSON. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

/** A path as the caller writes it: `close.strike`, `types[0]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** Formats a value for a message: one line, at most `maxLength` characters. */
export function shown(value: unknown, maxLength = 60): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = value === undefined ? 'nothing' : (jsonOf(value) ?? typeof value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

function jsonOf(value: unknown): string | undefined {
  // JSON.stringify prints null for NaN and infinity.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value, (key, member: unknown) => (isSecret(key) ? hidden : member));
  } catch {
    return undefined; // A cycle or a bigint.
  }
}
