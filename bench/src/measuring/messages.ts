import type { Material } from '../database/material.js';
import type { WorkName } from '../works/works.js';
import type { Limit, Turn } from './measure.js';

/** A request to the process of a contender. The name of the contender is the process's argument. */
export type Request =
  | { kind: 'open'; url: string; poolSize: number; material: Material }
  | { kind: 'turn'; work: WorkName; concurrency: number; limit: Limit }
  | { kind: 'rest'; work: WorkName }
  | { kind: 'check'; superuserUrl: string }
  | { kind: 'close' };

export interface Answers {
  /** The reason if the contender is unavailable. */
  open: { absent: string | undefined };
  /** Undefined if the contender does not implement this operation. */
  turn: Turn | undefined;
  /** Runs the operation once on empty input. */
  rest: undefined;
  /** Differences between the contender's results and the database. */
  check: string[];
  close: undefined;
}

/** The answer to a request, or the error. */
export type Answer = { answer: Answers[keyof Answers] } | { failed: string };
