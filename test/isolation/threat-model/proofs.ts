import type { Attacked } from './attacked.js';

/** The applications that are attacked. */
export interface Applications {
  shared: Attacked;
  separate: Attacked;
}

/** A test of a row, or the test in another file that proves it. */
export type Proof = ((applications: Applications) => Promise<void>) | { file: string; title: string };

/** By the first cell of the row. */
export type Proofs = Record<string, Proof>;

/** The test of the folder of isolation that proves a row. */
export function provedBy(file: string, title: string): Proof {
  return { file: `test/isolation/${file}.spec.ts`, title };
}
