import type { End, Surrounding, TrialResult } from './trial.js';

export const libraries = [
  'typeorm-transactional on AsyncLocalStorage',
  'typeorm-transactional on cls-hooked',
  '@nestjs-cls/transactional',
] as const;
export type Library = (typeof libraries)[number];

/** The argument of the process that tries out a library. */
export interface LibraryRun {
  library: Library;
  url: string;
  userId: string;
  fastPath: boolean;
}

/** A line that the process prints. */
export interface LibraryTrial {
  surrounding: Pick<Surrounding, 'name' | 'joins'>;
  call: string;
  end: End;
  result: TrialResult;
}
