/** The id of the n-th seeded user, as {@link userIdSql} calculates it in SQL. */
export function userIdOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The SQL expression of {@link userIdOf} for an integer expression. */
export function userIdSql(n: string): string {
  return `('00000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
}

/** The user of bulk loads: has accounts, and no entries at first. */
export const loadNumber = 0;
export const loadUser = userIdOf(loadNumber);
/** The user with most of the entries. */
export const heavyNumber = 1;
export const heavyUser = userIdOf(heavyNumber);
/** The user with exactly 1,000 entries, all live. Ordinary users have higher numbers. */
export const totalsNumber = 2;
export const totalsUser = userIdOf(totalsNumber);
