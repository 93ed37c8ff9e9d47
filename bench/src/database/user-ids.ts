/** The id of the n-th seeded user; the seed makes the same one in SQL. */
export function userIdOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The same in SQL, for an integer expression. */
export function userIdSql(n: string): string {
  return `('00000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
}

/** Who has most of the entries. */
export const heavyUser = userIdOf(1);
/** Who has exactly 1,000 entries, all live. */
export const totalsUser = userIdOf(2);
/** Who has accounts and no entries: those that are loaded in a run are theirs. */
export const loadUser = userIdOf(0);
