import type { Contender } from '../contenders/contender.js';
import type { Material } from '../database/material.js';

/** Runs the operation once. */
export type Operation = () => Promise<unknown>;

/** A measured operation: a row of the table. */
export interface Work {
  title: string;
  /** The numbers of concurrent operations. Each is measured separately. */
  concurrencies: readonly number[];
  /** True if a turn is a single operation instead of as many as its time allows. */
  once?: true;
  /**
   * Prepares a contender for a turn. The preparation is not measured.
   *
   * @returns undefined if the contender does not implement the operation
   */
  prepare(contender: Contender, material: Material): Promise<Operation | undefined>;
  /**
   * For a work that starts processes: the work on empty input. Memory is then measured over the
   * contender's process and its child processes; the peak of this operation is their idle memory.
   */
  prepareRest?: Work['prepare'];
  /**
   * SQL that reverts the changes of a turn, so that the next turn finds an equal database. $1 is
   * the id of the user for loads.
   */
  takeBack?: readonly string[];
}
