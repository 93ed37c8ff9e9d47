import type { Client } from 'pg';

const login = 'journal_bench';

/**
 * The URL of a login that is a member of the package's roles without other privileges. Creates the
 * login if it is missing.
 */
export async function memberUrl(superuser: Client, url: string): Promise<string> {
  const { rowCount } = await superuser.query('SELECT FROM pg_roles WHERE rolname = $1', [login]);
  if (rowCount === 0) {
    await superuser.query(
      `CREATE ROLE ${login} LOGIN PASSWORD '${login}' IN ROLE journal_user, journal_auth`,
    );
  }
  return Object.assign(new URL(url), { username: login, password: login }).toString();
}
