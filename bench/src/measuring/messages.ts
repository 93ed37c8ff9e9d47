import type { Material } from '../database/material.js';
import type { WorkName } from '../works/works.js';
import type { Limit, Turn } from './measure.js';

/**
 * What the process of a contender is asked for. It is started with the name of the contender as its
 * argument.
 */
export type Request =
  | { kind: 'open'; url: string; poolSize: number; material: Material }
  | { kind: 'turn'; work: WorkName; concurrency: number; limit: Limit }
  | { kind: 'rest'; work: WorkName }
  | { kind: 'check'; superuserUrl: string }
  | { kind: 'close' };

export interface Answers {
  /** Why the contender is not here, if it is not. */
  open: { absent: string | undefined };
  /** undefined: it has no way of its own for this work. */
  turn: Turn | undefined;
  /** Does the work with nothing to do, once. */
  rest: undefined;
  /** How its answers differ from what the database holds. */
  check: string[];
  close: undefined;
}

/** The answer to a request, or why there is none. */
export type Answer = { answer: Answers[keyof Answers] } | { failed: string };
