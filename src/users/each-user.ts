import type { User } from '../model/user.entity.js';

/** Options of `UsersRepository.forEach`. */
export interface EachUserOptions {
  /** Begins after the user with this id: `last` of an interrupted run. */
  after?: string | undefined;
  /** Ends the run before the next user. Work that is running is not interrupted. */
  signal?: AbortSignal | undefined;
  /** Called after the work of each user, outside the user scope. An error of it ends the run. */
  onSettled?: ((outcome: UserOutcome) => void | Promise<void>) | undefined;
}

/** The outcome of the work for one user. */
export interface UserOutcome {
  user: User;
  /** The error of the work; missing if it succeeded. */
  error?: unknown;
}

/** Result of `UsersRepository.forEach`. */
export interface EachUserReport {
  /** The number of users whose work succeeded. */
  done: number;
  /** The number of users whose work failed. */
  failed: number;
  /** The id of the last user whose work ended, or `after`; null if there was none. */
  last: string | null;
  /** False if the signal ended the run before the last user. */
  isComplete: boolean;
}
