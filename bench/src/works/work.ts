import type { Contender } from '../contenders/contender.js';
import type { Material } from '../database/material.js';

/** Does the work once. */
export type Operation = () => Promise<unknown>;

/** One kind of work that is measured: a row of the table. */
export interface Work {
  title: string;
  /** How many operations are under way at once, one measurement for each. */
  concurrencies: readonly number[];
  /** Whether a turn is one operation, and not as many as fit into its time. */
  once?: true;
  /**
   * Makes ready what a contender needs for a turn, which is not measured.
   * @returns undefined where the contender has no way of its own for this work.
   */
  prepare(contender: Contender, material: Material): Promise<Operation | undefined>;
  /**
   * For a work that starts processes: the work on empty input. Memory is then measured over the
   * contender's process and its child processes; the peak of this operation is their idle memory.
   */
  prepareRest?: Work['prepare'];
  /**
   * SQL that takes back what a turn has done, if the next one is to find the database as this one
   * did; $1 is the user who loads.
   */
  takeBack?: readonly string[];
}
