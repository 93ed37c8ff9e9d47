/** Something for which the gate refuses a migration. */
export interface MigrationProblem {
  migration: string;
  /** Where it stands; null for what concerns the migration as a whole. */
  direction: Direction | null;
  /** What a waiver names. */
  rule: string;
  /** The statement as it was sent, shortened. */
  statement: string | null;
  /** All of it, with what to write instead. */
  message: string;
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
