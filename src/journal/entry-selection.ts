/** The WHERE conditions on a user's entries and the parameter values; $1 is the user. */
export class EntrySelection {
  readonly values: string[];
  readonly #conditions = ['user_id = $1'];

  constructor(userId: string) {
    this.values = [userId];
  }

  /** Adds a value to the statement and returns its placeholder, such as `$2`. */
  parameter(value: string): string {
    return `$${this.values.push(value)}`;
  }

  and(condition: string): void {
    this.#conditions.push(condition);
  }

  get where(): string {
    return this.#conditions.join(' AND ');
  }
}

/** PostgreSQL array literal of texts. */
export function arrayLiteral(texts: readonly (string | null)[]): string {
  return `{${texts.map(elementLiteral).join(',')}}`;
}

const special = /["\\]/;

function elementLiteral(text: string | null): string {
  if (text === null) return 'NULL';
  return special.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
