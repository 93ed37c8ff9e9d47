import { Refusal } from '../refusal.js';

/** The size of the seeded journal. */
export interface Size {
  /** Name of the seeded database, which is kept for the next run. */
  name: string;
  /** Total: the heavy user's entries, 1,000 of a second user, and the rest in equal shares. */
  entries: number;
  users: number;
  /** Entries of the heavy user. */
  heavy: number;
  /** Row number of the heavy user at which the deep page begins. */
  depth: number;
  /** Number of entries of a bulk load. */
  load: number;
  /** Number of entries of the imported file. */
  imported: number;
  /** Duration of a contender's turn in milliseconds. */
  turn: number;
}

export const sizes = {
  full: {
    name: 'full',
    entries: 1_000_000,
    users: 1_000,
    heavy: 200_000,
    depth: 100_000,
    load: 50_000,
    imported: 60_000,
    turn: 1_000,
  },
  small: {
    name: 'small',
    entries: 60_000,
    users: 50,
    heavy: 20_000,
    depth: 10_000,
    load: 5_000,
    imported: 5_000,
    turn: 300,
  },
  tiny: {
    name: 'tiny',
    entries: 4_000,
    users: 6,
    heavy: 1_200,
    depth: 600,
    load: 600,
    imported: 600,
    turn: 50,
  },
} as const satisfies Record<string, Size>;

/** Number of live entries of the user for totals. */
export const totalsEntries = 1_000;

/**
 * A size in which each ordinary user has about 800 entries. The heavy user has as many as in the
 * full size, at most a fifth of the total.
 *
 * @throws Refusal if there are too few entries
 */
export function grownSize(entries: number): Size {
  const heavy = Math.min(sizes.full.heavy, Math.floor(entries / 5));
  const least = 30_000;
  if (entries < least) throw new Refusal(`--entries ${entries}: expected at least ${least}`);
  const users = 2 + Math.round((entries - heavy - totalsEntries) / 800);
  return { ...sizes.full, name: `grown_${entries}`, entries, users, heavy, depth: heavy / 2 };
}

/**
 * The heavy user, the user with 1,000 entries, and fifty others, so that the planner's statistics
 * are those of several users. Figures read one user, so a few others are enough.
 */
export function figuresSize(size: Size): Size {
  const users = Math.min(size.users, 52);
  const entries = Math.min(size.entries, size.heavy + totalsEntries + (users - 2) * 800);
  return { ...size, name: `figures_${size.name}`, entries, users };
}
