import type { ModuleMetadata } from '@nestjs/common';
import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { startJournal } from './database-journal.js';
import type { JournalUnderTest } from './database-journal.js';
import { as, createLogin, dropLogin } from './isolation.js';

/** The login roles of an application with a separate login for sign-in. */
export interface Logins {
  /** The login of DATABASE_URL: a member of `journal_user` only. */
  users: string;
  /** The login of DATABASE_AUTH_URL: a member of both roles of the package. */
  auth: string;
}

export interface SeparateLogins extends JournalUnderTest {
  logins: Logins;
}

/** Starts an application with DATABASE_AUTH_URL. */
export async function startSeparateLogins(
  settings: Partial<DatabaseSettings> = {},
  modules: ModuleMetadata['imports'] = [],
): Promise<SeparateLogins> {
  const logins = { users: await createLogin('IN ROLE journal_user'), auth: await createLogin() };
  const under = await startJournal(
    ({ url }) => ({ url: as(url, logins.users), authUrl: as(url, logins.auth), ...settings }),
    modules,
  );
  return {
    ...under,
    logins,
    close: async () => {
      await under.close();
      await dropLogin(logins.users);
      await dropLogin(logins.auth);
    },
  };
}
