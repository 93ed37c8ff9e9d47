/** Joins statements to one script. */
export function toScript(...statements: readonly string[]): string {
  return statements.map((statement) => `${statement};`).join(' ');
}

/** Whether a policy expression mentions the current user's id. */
export function namesUser(expression: string): boolean {
  return expression.includes('app.user_id');
}
