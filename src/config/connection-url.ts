/**
 * TLS modes. `disable`: no encryption. `require`: encryption without verification of the server.
 * `verify-full`: encryption, and the server's certificate and host name are verified.
 */
export const tlsModes = ['disable', 'require', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** A `postgresql://` URL, split into the URL without libpq's TLS parameters and the TLS mode. */
export interface ConnectionUrl {
  /** The URL for pg, without `sslmode` and `uselibpqcompat`. */
  url: string;
  /** The mode of `sslmode`; undefined without it. */
  tls: TlsMode | undefined;
}

const tlsOfSslmode = new Map<string, TlsMode>([
  ['disable', 'disable'],
  ['no-verify', 'require'],
  ['require', 'require'],
  ['verify-full', 'verify-full'],
]);

const tlsParameters = ['sslmode', 'uselibpqcompat'];

/** URL parameters by which pg would override this package's settings, and their replacements. */
const refusedParameters = new Map([
  ['sslrootcert', 'DATABASE_TLS_CA'],
  ['sslcert', 'a password'],
  ['sslkey', 'a password'],
  ['query_timeout', 'DATABASE_STATEMENT_LIMIT_MS'],
  ['statement_timeout', 'DATABASE_STATEMENT_TIMEOUT_MS'],
  ['lock_timeout', 'DATABASE_LOCK_TIMEOUT_MS'],
  ['idle_in_transaction_session_timeout', 'DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS'],
  ['application_name', 'DATABASE_APPLICATION_NAME'],
]);

const form = 'postgresql://user:password@host:5432/database';

/**
 * Parses a PostgreSQL connection URL. Removes `sslmode`, which would override the TLS options in
 * pg, and returns it as the default of `DATABASE_TLS`. Keeps every other parameter.
 *
 * @throws Error with a message that never contains the URL, which holds a password
 */
export function parseConnectionUrl(text: string): ConnectionUrl {
  if (hasSeveralHosts(text)) {
    throw new Error('names several hosts; name one that leads to the primary, such as that of a proxy');
  }
  if (!URL.canParse(text)) {
    throw new Error(`is not a URL; expected ${form} (percent-encode special characters in the password)`);
  }
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new Error('must begin with postgresql:// or postgres://');
  }
  if (!isDecodable(url)) throw new Error('has a % that begins no percent-encoded character; write it as %25');
  // Behind an unencoded / or # the rest of a password would become the database's name, which
  // messages print.
  if (/[@#]/.test(url.pathname + url.search + url.hash)) {
    throw new Error('has an @ or # after the host; percent-encode special characters in the password');
  }
  if (databaseName(url) === '') throw new Error(`names no database; expected ${form}`);
  const sslmodes: string[] = [];
  for (const [parameter, value] of [...url.searchParams]) {
    // pg ignores a parameter in capital letters, so the connection would have no TLS.
    const name = parameter.toLowerCase();
    // pg ignores unknown parameters, so with a misspelt sslmode the connection would have no TLS.
    const unknown = name.startsWith('ssl') && name !== 'sslmode' ? 'sslmode' : undefined;
    const instead = refusedParameters.get(name) ?? unknown;
    if (instead !== undefined)
      throw new Error(`has the parameter ${parameter}, which is not supported; use ${instead}`);
    if (name === 'sslmode') sslmodes.push(value);
    // `delete` re-encodes the other parameters.
    if (tlsParameters.includes(name)) url.searchParams.delete(parameter);
  }
  const [sslmode, ...others] = sslmodes;
  if (others.length > 0) throw new Error('has sslmode several times; keep one of them');
  const tls = sslmode === undefined ? undefined : tlsOfSslmode.get(sslmode);
  if (sslmode !== undefined && tls === undefined) {
    throw new Error(`has an unsupported sslmode; expected one of ${[...tlsOfSslmode.keys()].join(', ')}`);
  }
  return { url: url.toString(), tls };
}

/** Formats a URL for messages: `user@host:port/database`, without the password. */
export function describeConnection(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  // In pg a parameter wins over the same part of the URL.
  const part = (parameter: string, other: string) =>
    url.searchParams.get(parameter) || decodeURIComponent(other);
  const user = part('user', url.username);
  const host = part('host', url.hostname) || 'localhost';
  return `${user && `${user}@`}${host}:${part('port', url.port) || '5432'}/${databaseName(url)}`;
}

export function databaseName(url: URL): string {
  return url.pathname.startsWith('/') ? decodeURIComponent(url.pathname.slice(1)) : '';
}

/** libpq connects to the first suitable host of a list; pg takes the list for one name. */
function hasSeveralHosts(text: string): boolean {
  const hosts = /^[^:]+:\/\/(?:[^/]*@)?([^/?@]*)/.exec(text)?.[1] ?? '';
  return hosts.includes(',') || /[?&]host=[^&]*,/.test(text);
}

function isDecodable({ username, password, hostname, pathname }: URL): boolean {
  try {
    [username, password, hostname, pathname].forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}
