import type { NewEntry } from '../../src/index.js';

/** The content columns that the browser application lacks, empty. */
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
