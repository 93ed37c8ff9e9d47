import { QueryFailedError } from 'typeorm';

/** Whether another transaction held what a statement needed for too long, or each waited for the other. */
export function isBlocked(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { code?: string };
  return code === '55P03' || code === '40P01';
}
