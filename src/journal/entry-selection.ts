/** Takes a value of a statement and returns the parameter that stands for it. */
export type Parameter = (value: string) => string;

/**
 * Which entries of a user a statement concerns: its conditions, and the values of its parameters,
 * of which $1 is the user.
 */
export class EntrySelection {
  readonly values: string[];
  readonly #conditions = ['user_id = $1'];

  constructor(userId: string) {
    this.values = [userId];
  }

  /** Also demands a condition, which refers to its values by parameters. */
  and(condition: string | ((parameter: Parameter) => string)): this {
    this.#conditions.push(typeof condition === 'string' ? condition : condition(this.parameter));
    return this;
  }

  get where(): string {
    return this.#conditions.join(' AND ');
  }

  /** Adds a value, which the statement may name wherever it likes. */
  readonly parameter: Parameter = (value) => `$${this.values.push(value)}`;
}

/** The literal of an array, from the texts of its elements. */
export function arrayLiteral(texts: readonly (string | null)[]): string {
  return `{${texts.map(elementLiteral).join(',')}}`;
}

const special = /["\\]/;

function elementLiteral(text: string | null): string {
  if (text === null) return 'NULL';
  return special.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
