import { Refusal } from '../refusal.js';

/** How large the seeded journal is. */
export interface Size {
  /** Names the seeded database that is kept for the next run. */
  name: string;
  /** In all: those of the heavy user, 1,000 of one more, and the rest shared evenly. */
  entries: number;
  users: number;
  /** Entries of the heavy user. */
  heavy: number;
  /** At which row of the heavy user the deep page begins. */
  depth: number;
  /** Entries that are loaded at once. */
  load: number;
  /** Entries of the file that is imported. */
  imported: number;
  /** For how many milliseconds a contender works before the next one has its turn. */
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

/** How many live entries one user has, for totals. */
export const totalsEntries = 1_000;

/**
 * A journal in which every user has about 800 entries, however many there are, but for the heavy
 * one, who has as many as in the full size where that is no more than a fifth.
 * @throws Refusal if those are too few
 */
export function grownSize(entries: number): Size {
  const heavy = Math.min(sizes.full.heavy, Math.floor(entries / 5));
  const least = 30_000;
  if (entries < least) throw new Refusal(`--entries ${entries}: expected at least ${least}`);
  const users = 2 + Math.round((entries - heavy - totalsEntries) / 800);
  return { ...sizes.full, name: `grown_${entries}`, entries, users, heavy, depth: heavy / 2 };
}

/**
 * The heavy user, the one of 1,000 entries and fifty others, so that the statistics of the planner
 * are those of a journal of several users. Figures read one user, so the others need not be many.
 */
export function figuresSize(size: Size): Size {
  const users = Math.min(size.users, 52);
  const entries = Math.min(size.entries, size.heavy + totalsEntries + (users - 2) * 800);
  return { ...size, name: `figures_${size.name}`, entries, users };
}
