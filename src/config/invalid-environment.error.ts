/** One environment variable that cannot be used, and what was expected of it. */
export interface EnvironmentProblem {
  variable: string;
  expected: string;
}

/**
 * The environment cannot be used. Lists every wrong variable at once; holds no value of any of
 * them.
 */
export class InvalidEnvironmentError extends Error {
  readonly code = 'INVALID_ENVIRONMENT';

  constructor(
    readonly problems: readonly EnvironmentProblem[],
    options?: ErrorOptions,
  ) {
    const lines = problems.map(({ variable, expected }) => `  ${variable} ${expected}`);
    super(`The database settings in the environment cannot be used:\n${lines.join('\n')}`, options);
    this.name = InvalidEnvironmentError.name;
  }
}
