/** A reason why `checkMigrations` refuses a migration. */
export interface MigrationProblem {
  /** The name of the migration or its file. */
  migration: string;
  /** Null for a problem of the migration as a whole. */
  direction: Direction | null;
  /** The name of the broken rule, for a waiver. */
  rule: string;
  /** The statement, shortened; null for a problem of the migration as a whole. */
  statement: string | null;
  /** The problem as text, with what to write instead. */
  message: string;
}

/** The name of a rule, and the reason that is reported if a statement breaks it. */
export interface Breach {
  rule: string;
  /** Why such a statement is refused, and how to write it instead. */
  reason: string;
}

export type Direction = 'up' | 'down';

export function problemOf(
  migration: string,
  rule: string,
  reason: string,
  place: { direction?: Direction; statement?: string } = {},
): MigrationProblem {
  const { direction = null } = place;
  const statement = place.statement === undefined ? null : shortened(place.statement);
  const where = direction === null ? migration : `${migration}, ${direction}`;
  const what = statement === null ? '' : ` In: ${statement}`;
  return { migration, direction, rule, statement, message: `${where}: ${rule}: ${reason}${what}` };
}

function shortened(statement: string): string {
  const line = statement.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)} …` : line;
}
