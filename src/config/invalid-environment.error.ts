import { JournalDatabaseError } from '../model/journal-database.error.js';

/** One invalid environment variable. */
export interface EnvironmentProblem {
  /** The name, such as `DATABASE_URL`. */
  variable: string;
  /** The rule that it violates, such as `must be a whole number from 1 to 1000`. */
  expected: string;
}

/**
 * Environment variables are invalid. The application does not start. `problems` lists every invalid
 * variable, without values: they may be secrets.
 *
 * @remedy Correct every listed variable; see the reference of the environment.
 */
export class InvalidEnvironmentError extends JournalDatabaseError {
  readonly code = 'INVALID_ENVIRONMENT';

  constructor(
    readonly problems: readonly EnvironmentProblem[],
    options?: ErrorOptions,
  ) {
    const lines = problems.map(({ variable, expected }) => `  ${variable} ${expected}`);
    super(`The database settings in the environment are invalid:\n${lines.join('\n')}`, options);
  }
}
