/** A text as an SQL literal. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The elements of a list, as SQL literals. */
export function literalList(texts: readonly string[]): string {
  return texts.map(quoteLiteral).join(', ');
}

/**
 * The SQL of a CHECK that allows only these values, in the words PostgreSQL itself would choose.
 */
export function oneOf(column: string, values: readonly string[]): string {
  return `${column} IN (${literalList(values)})`;
}

/** A name as an SQL identifier, in quotes. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * The same, without quotes if no character of the name needs them. For names of the schema only: a
 * reserved word such as `user` stays without quotes.
 */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoted(name);
}

/** The database column of a property: snake case, for every column of this package. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
