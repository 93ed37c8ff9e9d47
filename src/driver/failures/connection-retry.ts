import { describeConnection } from '../../config/connection-url.js';
import { DatabaseConnectionError } from './connection.errors.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { withRetries } from './retry.js';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const temporarySqlStates = new Set([
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
const temporarySystemErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND', // a container's name, before the container is up
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT', // a Unix socket, before the server is up
]);
// Messages of pg's errors without a code.
const temporaryMessage =
  /^(timeout (expired|exceeded)|Connection terminated|Client has encountered a connection error)/;

// PgBouncer has one SQLSTATE, 08P01, for a server that it cannot reach, for too many clients, and
// for refusals that waiting does not cure.
const temporaryPoolerMessage = /\((server_login_retry|max_client_conn)\)$|^query_wait_timeout$/;

/**
 * Whether a failed connection can succeed later: true for a server that is starting, false for bad
 * credentials or a missing database.
 */
export function isTemporaryFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseConnectionError) return isTemporaryFailure(error.cause);
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return errors.some(isTemporaryFailure);
  if (code === '08P01') return temporaryPoolerMessage.test(error.message);
  if (typeof code === 'string') return temporarySqlStates.has(code) || temporarySystemErrors.has(code);
  return temporaryMessage.test(error.message);
}

/**
 * Runs `connect`, and retries temporary failures for `retryTime` milliseconds. The last attempt
 * starts within that time, so it may end one connection timeout later.
 *
 * @throws DatabaseConnectionError with the target and the remedy
 * @throws any other error of `connect`, such as bad entity metadata, unchanged
 */
export async function connectWithRetry<T>(
  connect: () => Promise<T>,
  url: string,
  retryTime: number,
): Promise<T> {
  try {
    return await withRetries(connect, {
      retries: Number.POSITIVE_INFINITY,
      maxRetryTime: retryTime,
      minTimeout: 250,
      maxTimeout: 3_000,
      isRetryable: isTemporaryFailure,
    });
  } catch (error) {
    throw connectionFailure(error, url);
  }
}

/** Translates a failure to connect. Returns any other error unchanged. */
export function connectionFailure(error: unknown, url: string): unknown {
  if (!isConnectionFailure(error)) return error;
  return new DatabaseConnectionError(describeConnection(url), remedy(error), { cause: error });
}

const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH|INVALID_CA/;

function isConnectionFailure(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof JournalDatabaseError) return false;
  if (isTemporaryFailure(error)) return true;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (severity === 'FATAL') return true;
  if (typeof code === 'string' && (/^(28|3D|08)|TLS|SSL/.test(code) || untrusted.test(code))) return true;
  return /SSL|SASL|password must be a string/.test(error.message);
}

function remedy(error: Error): string {
  const code = (error as { code?: string }).code ?? '';
  if (code === '28P01' || /password must be a string/.test(error.message)) {
    return 'The server refused the user name or the password; correct them in the URL.';
  }
  if (code.startsWith('28')) {
    return `The server refused this login (${error.message}); if it asks for encryption, set DATABASE_TLS=verify-full.`;
  }
  if (code === '3D000') return 'The database does not exist; create it, or correct its name in the URL.';
  if (code === '53300') {
    return `The server has no free connection (${error.message}); lower DATABASE_POOL_MAX, or raise its max_connections.`;
  }
  if (code === '08P01' && error.message.includes('startup parameter')) {
    return (
      `A connection pooler refuses a timeout parameter (${error.message}); ` +
      'add it to ignore_startup_parameters of the pooler, or set the variable of the timeout to 0; ' +
      'let migrations bypass the pooler by DATABASE_MIGRATION_URL.'
    );
  }
  if (code === '08P01' && error.message.includes('statement pooling mode')) {
    return `A connection pooler refuses transactions (${error.message}); set its pool_mode to transaction.`;
  }
  if (/ALTNAME|HOSTNAME/.test(code)) {
    return `The server's certificate is for another host (${error.message}); use a host name of the certificate in the URL.`;
  }
  if (code === 'CERT_HAS_EXPIRED') return "The server's certificate has expired; renew it.";
  if (untrusted.test(code)) {
    return `The server's certificate is not trusted (${error.message}); set DATABASE_TLS_CA to its CA.`;
  }
  if (/SSL|TLS/.test(code + error.message)) return `TLS failed (${error.message}); check DATABASE_TLS.`;
  if (code === '42501') {
    return `The login lacks the privilege CONNECT (${error.message}); let an administrator grant it on the database.`;
  }
  if ('severity' in error) return `The server refused the connection (${error.message}).`;
  const details =
    'errors' in error && Array.isArray(error.errors) ? error.errors.map(String).join('; ') : error.message;
  return `No answer (${details}); check the host and port, and that PostgreSQL runs there.`;
}
