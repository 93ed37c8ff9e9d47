import type { NewEntry } from '../../src/index.js';

/** Null for each content column that the browser application does not have. */
export const noServerColumns = {
  day: null,
  ratioTo: null,
  ratioFrom: null,
  targetSymbol: null,
  targetStrike: null,
  targetAccountId: null,
  multiplier: null,
  deliverable: null,
  cost: null,
  costShare: null,
  acquiredOn: null,
  section1256: null,
} satisfies Partial<NewEntry>;
