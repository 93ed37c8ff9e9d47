import pRetry from 'p-retry';
import { describeConnection } from '../config/connection-url.js';
import { DatabaseConnectionError } from './errors.js';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const healingSqlStates = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up or shutting down
  '53300', // too_many_connections
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
]);
const healingSystemErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND', // a container's name, before the container is up
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
]);
const healingMessage = /timeout|Connection terminated/i;

/** Whether waiting can cure a failed connection: a server that is not up yet, yes; bad credentials or a missing database, never. */
export function canHeal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(canHeal);
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return healingSqlStates.has(code) || healingSystemErrors.has(code);
  return healingMessage.test(error.message);
}

/**
 * Runs `connect`, and again while it fails with something that can heal and `retryTime` milliseconds have not passed.
 *
 * @throws DatabaseConnectionError that says where it tried to connect and what to do; what does not come from the
 *   connection (bad entity metadata, say) is thrown as it is.
 */
export async function connectWithRetry<T>(
  connect: () => Promise<T>,
  url: string,
  retryTime: number,
): Promise<T> {
  try {
    return await pRetry(connect, {
      retries: Number.POSITIVE_INFINITY,
      maxRetryTime: retryTime,
      minTimeout: 250,
      maxTimeout: 3_000,
      randomize: true,
      shouldRetry: ({ error }) => retryTime > 0 && canHeal(error),
    });
  } catch (error) {
    if (!isConnectionFailure(error)) throw error;
    throw new DatabaseConnectionError(describeConnection(url), remedy(error), { cause: error });
  }
}

function isConnectionFailure(error: unknown): error is Error {
  if (canHeal(error)) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return (
    (typeof code === 'string' &&
      (/^(28|3D|08)/.test(code) || /CERT|TLS|SSL|SELF_SIGNED/.test(code) || code === 'ENOENT')) ||
    (error instanceof Error && /SSL|SASL|password must be a string/.test(error.message))
  );
}

function remedy(error: Error): string {
  const code = (error as { code?: string }).code ?? '';
  if (code === '28P01' || /password must be a string/.test(error.message)) {
    return 'The server refused the user or the password; correct them in the URL.';
  }
  if (code.startsWith('28')) {
    return `The server refused this login (${error.message}); if it asks for encryption, set DATABASE_TLS=verify-full.`;
  }
  if (code === '3D000') return 'The database does not exist; create it, or correct its name in the URL.';
  if (/CERT|SELF_SIGNED/.test(code)) {
    return `The server's certificate was not accepted (${error.message}); give its CA in DATABASE_TLS_CA.`;
  }
  if (/SSL|TLS/.test(code + error.message)) return `TLS failed (${error.message}); check DATABASE_TLS.`;
  const details = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message;
  return `No answer (${details}); check the host and port, and that PostgreSQL runs there.`;
}
