/**
 * How a connection is encrypted: not at all, encrypted, or encrypted to a server whose certificate
 * was verified.
 */
export const tlsModes = ['disable', 'require', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** What a `postgresql://` URL says, with the TLS wishes of libpq taken out of it. */
export interface ConnectionUrl {
  /** The URL without `sslmode` and its companions, as pg takes it. */
  url: string;
  /** What `sslmode` asked for; undefined where the URL is silent. */
  tls: TlsMode | undefined;
}

const tlsOfSslmode = new Map<string, TlsMode>([
  ['disable', 'disable'],
  ['no-verify', 'require'],
  ['require', 'require'],
  ['verify-full', 'verify-full'],
]);

const tlsParameters = ['sslmode', 'uselibpqcompat'];

/**
 * Parameters by which pg would override settings of this package, and what to use in their place.
 */
const refusedParameters = new Map([
  ['ssl', 'sslmode'],
  ['sslnegotiation', 'sslmode'],
  ['sslrootcert', 'DATABASE_TLS_CA'],
  ['sslcert', 'a password'],
  ['sslkey', 'a password'],
  ['query_timeout', 'DATABASE_STATEMENT_LIMIT_MS'],
]);

const form = 'postgresql://user:password@host:5432/database';

/**
 * Reads a PostgreSQL connection URL.
 *
 * pg lets the `sslmode` of a URL override the TLS settings given beside it, so it is taken out here
 * and becomes the default of `DATABASE_TLS`; every other parameter stays.
 *
 * @throws Error with a sentence that says what is wrong and never repeats the URL, which holds a
 * password.
 */
export function parseConnectionUrl(text: string): ConnectionUrl {
  if (!URL.canParse(text)) {
    throw new Error(`is not a URL; expected ${form} (percent-encode special characters in the password)`);
  }
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new Error('must begin with postgresql:// or postgres://');
  }
  if (!isDecodable(url)) throw new Error('has a % that begins no percent-encoded character; write it as %25');
  // What follows a / or # in a password is taken for the database, and that is printed in messages.
  if (/[@#]/.test(url.pathname + url.search + url.hash)) {
    throw new Error('has an @ or # after the host; percent-encode special characters in the password');
  }
  if (databaseName(url) === '') throw new Error(`names no database; expected ${form}`);
  for (const [parameter, instead] of refusedParameters) {
    if (url.searchParams.has(parameter)) {
      throw new Error(`has the parameter ${parameter}, which is not supported; use ${instead}`);
    }
  }
  const sslmode = url.searchParams.get('sslmode');
  const tls = sslmode === null ? undefined : tlsOfSslmode.get(sslmode);
  if (sslmode !== null && tls === undefined) {
    throw new Error(`has an unsupported sslmode; expected one of ${[...tlsOfSslmode.keys()].join(', ')}`);
  }
  for (const parameter of tlsParameters) {
    // Even a deletion that finds nothing would rewrite the other parameters.
    if (url.searchParams.has(parameter)) url.searchParams.delete(parameter);
  }
  return { url: url.toString(), tls };
}

/** Where a URL leads, for messages: user, host, port and database, never the password. */
export function describeConnection(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname || 'localhost');
  const user = url.username ? `${decodeURIComponent(url.username)}@` : '';
  return `${user}${host}:${url.port || '5432'}/${databaseName(url)}`;
}

function databaseName(url: URL): string {
  return url.pathname.startsWith('/') ? decodeURIComponent(url.pathname.slice(1)) : '';
}

function isDecodable({ username, password, hostname, pathname }: URL): boolean {
  try {
    [username, password, hostname, pathname].forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}
