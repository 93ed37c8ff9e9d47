import { JournalDatabaseError } from '../model/journal-database.error.js';

/** One invalid option. */
export interface OptionProblem {
  /** The path of the option, such as `pool.max`. */
  option: string;
  /** The environment variable, such as `DATABASE_POOL_MAX`, if it supplied the value. */
  variable?: string | undefined;
  /** The rule that it violates, such as `must be a whole number from 1 to 1000`. */
  expected: string;
}

/**
 * Options of `DatabaseModule` are invalid. The application does not start. `problems` lists every
 * invalid option and every invalid environment variable, without values: they may be secrets.
 *
 * @remedy Correct every listed option and variable; see the reference of the environment.
 */
export class InvalidOptionsError extends JournalDatabaseError {
  readonly code = 'INVALID_OPTIONS';

  constructor(readonly problems: readonly OptionProblem[]) {
    const lines = problems.map(({ option, variable, expected }) => `  ${variable ?? option} ${expected}`);
    super(`The options of DatabaseModule are invalid:\n${lines.join('\n')}`);
  }
}
