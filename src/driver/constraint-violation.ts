import { QueryFailedError } from 'typeorm';

/** The violated constraint or unique index; undefined for any other error. */
export function constraintOf(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { code, constraint } = error.driverError as { code?: string; constraint?: string };
  // Class 23: integrity constraint violations.
  return code?.startsWith('23') ? constraint : undefined;
}
