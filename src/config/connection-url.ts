/** How a connection is encrypted: not at all, encrypted, or encrypted to a server whose certificate was verified. */
export const tlsModes = ['disable', 'require', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** What a `postgresql://` URL says, with the TLS wishes of libpq taken out of it. */
export interface ConnectionUrl {
  /** The URL without `sslmode` and its companions, as pg takes it. */
  url: string;
  /** What `sslmode` asked for; undefined where the URL is silent. */
  tls: TlsMode | undefined;
}

const tlsOfSslmode: Record<string, TlsMode> = {
  disable: 'disable',
  'no-verify': 'require',
  require: 'require',
  'verify-full': 'verify-full',
};

const tlsParameters = ['sslmode', 'ssl', 'sslcert', 'sslkey', 'sslrootcert', 'uselibpqcompat'];

/**
 * Reads a PostgreSQL connection URL.
 *
 * pg lets the `sslmode` of a URL override the TLS settings given beside it, so it is taken out here and becomes the
 * default of `DATABASE_TLS`; every other parameter stays.
 *
 * @throws Error with a sentence that says what is wrong and never repeats the URL, which holds a password.
 */
export function parseConnectionUrl(text: string): ConnectionUrl {
  if (!URL.canParse(text)) {
    throw new Error(
      'is not a URL; expected postgresql://user:password@host:5432/database (percent-encode special characters in the password)',
    );
  }
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new Error('must begin with postgresql:// or postgres://');
  }
  if (databaseName(url) === '') {
    throw new Error('names no database; expected postgresql://user:password@host:5432/database');
  }
  const sslmode = url.searchParams.get('sslmode');
  const tls = sslmode === null ? undefined : tlsOfSslmode[sslmode];
  if (sslmode !== null && tls === undefined) {
    throw new Error(`has an unsupported sslmode; expected one of ${Object.keys(tlsOfSslmode).join(', ')}`);
  }
  for (const parameter of ['sslcert', 'sslkey', 'sslrootcert']) {
    if (url.searchParams.has(parameter)) {
      throw new Error(
        `has the parameter ${parameter}, which is not supported; use DATABASE_TLS_CA for the CA`,
      );
    }
  }
  if (tlsParameters.some((parameter) => url.searchParams.has(parameter))) {
    for (const parameter of tlsParameters) url.searchParams.delete(parameter);
  }
  return { url: url.toString(), tls };
}

/** Where a URL leads, for messages: user, host, port and database, never the password. */
export function describeConnection(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  const host = url.searchParams.get('host') ?? (url.hostname || 'localhost');
  const user = url.username ? `${decodeURIComponent(url.username)}@` : '';
  return `${user}${host}:${url.port || '5432'}/${databaseName(url)}`;
}

function databaseName(url: URL): string {
  return decodeURIComponent(url.pathname.replace(/^\//, ''));
}
