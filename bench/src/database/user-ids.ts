/** The id of the n-th seeded user; the seed makes the same one in SQL. */
export function userIdOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The same in SQL, for an integer expression. */
export function userIdSql(n: string): string {
  return `('00000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
}

/** Who has accounts and no entries: those that are loaded in a run are theirs. */
export const loadNumber = 0;
export const loadUser = userIdOf(loadNumber);
/** Who has most of the entries. */
export const heavyNumber = 1;
export const heavyUser = userIdOf(heavyNumber);
/** Who has exactly 1,000 entries, all live. The ordinary users come after. */
export const totalsNumber = 2;
export const totalsUser = userIdOf(totalsNumber);
