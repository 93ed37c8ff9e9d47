/** Statements after each other, as an administrator runs them. */
export function sentences(...statements: readonly string[]): string {
  return statements.map((statement) => `${statement};`).join(' ');
}

export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Whether an expression of a policy or the text of a view asks who is in scope. */
export function namesUser(expression: string): boolean {
  return expression.includes('app.user_id');
}
