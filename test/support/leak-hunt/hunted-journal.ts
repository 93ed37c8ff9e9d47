import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRepositoryToken } from '@nestjs/typeorm';
import type { Client } from 'pg';
import type { Repository } from 'typeorm';
import type { DatabaseSettings } from '../../../src/config/database.settings.js';
import {
  Account,
  JournalDataSource,
  JournalEntry,
  JournalImportModule,
  JournalImportService,
  User,
} from '../../../src/index.js';
import { onServer } from '../../../src/testing/server/on-server.js';
import { startJournal } from '../database-journal.js';
import type { JournalUnderTest } from '../database-journal.js';
import { as, createLogin, dropLogin, serverUrl } from '../isolation.js';
import { startPgBouncer } from '../pgbouncer.js';
import type { PgBouncerOptions } from '../pgbouncer.js';
import { bareConnection, freshSession } from './sessions.js';
import type { Session } from './sessions.js';

/** A configuration of the application under test. */
export interface Variation {
  /** Pool size of the application. */
  poolSize: number;
  /** Settings of PgBouncer in transaction mode; without them the application connects directly. */
  pgBouncer?: PgBouncerOptions['settings'];
  settings?: Partial<DatabaseSettings>;
  /** Settings of the login role (`ALTER ROLE … SET`). */
  ofLogin?: Readonly<Record<string, string>>;
}

/** Login settings that differ from the values that the driver must set. */
export const unusualSettings = {
  client_encoding: 'LATIN1',
  DateStyle: 'SQL, DMY',
  TimeZone: 'Asia/Kolkata',
  IntervalStyle: 'iso_8601',
};

/**
 * The application under test. Its login role is a member of the package's roles and has no other
 * privileges.
 */
export interface HuntedJournal extends JournalUnderTest {
  variation: Variation;
  dataSource: JournalDataSource;
  login: string;
  database: string;
  /** The state of a new session. */
  fresh: Session;
  /**
   * Connections of the test through PgBouncer, one for each server session; empty without
   * PgBouncer.
   */
  inspectors: readonly Client[];
  /** The plain repositories that `@InjectRepository` injects. */
  entries: Repository<JournalEntry>;
  accountRows: Repository<Account>;
  userRows: Repository<User>;
  importer: JournalImportService;
  /** A user who does nothing. No trader may ever see the victim's entry. */
  victim: string;
  /** Returns a new number on each call. */
  nextNumber(): number;
  /**
   * Writes a file that is deleted with the application.
   *
   * @returns its path
   */
  write(bytes: Uint8Array): Promise<string>;
}

/** Server sessions of the PgBouncer that tests start. */
const pgBouncerSessions = 2;

export async function startHuntedJournal(variation: Variation): Promise<HuntedJournal> {
  const login = await createLogin();
  const { pgBouncer: settings, ofLogin = {} } = variation;
  for (const [name, value] of Object.entries(ofLogin))
    await onServer(serverUrl(), (client) => client.query(`ALTER ROLE ${login} SET ${name} = '${value}'`));
  const bouncer = settings && (await startPgBouncer(serverUrl(), { logins: [login], settings }));
  const folder = await mkdtemp(join(tmpdir(), 'leak-hunt-'));
  const pool = { min: 0, max: variation.poolSize, idleTimeout: 30_000, connectionTimeout: 30_000 };
  const under = await startJournal(
    ({ url }) => {
      const own = as(url, login);
      return { url: bouncer?.through(own) ?? own, pool, ...variation.settings };
    },
    [JournalImportModule],
  );
  const { dataSource } = under;
  if (!(dataSource instanceof JournalDataSource)) throw new TypeError('not the DataSource of the package');
  await under.owner.query('CREATE SEQUENCE hunted_numbers');
  await under.owner.query('GRANT USAGE ON SEQUENCE hunted_numbers TO journal_user');
  const fresh = await freshSession(dataSource);
  const inspectors = await Promise.all(
    settings ? Array.from({ length: pgBouncerSessions }, () => bareConnection(dataSource)) : [],
  );
  const victim = await under.newUser();
  const secret = {
    id: 'e-1',
    ts: new Date(),
    accountId: 'acct-1',
    type: 'fee',
    amount: '-1',
    notes: 'secret',
  } as const;
  await under.scope.run(victim, () => under.journal.append(secret));
  let given = 0;
  return {
    ...under,
    variation,
    dataSource,
    login,
    database: new URL(under.url).pathname.slice(1),
    fresh,
    inspectors,
    entries: under.get(getRepositoryToken(JournalEntry) as string),
    accountRows: under.get(getRepositoryToken(Account) as string),
    userRows: under.get(getRepositoryToken(User) as string),
    importer: under.get(JournalImportService),
    victim,
    nextNumber: () => (given += 1),
    write: async (bytes) => {
      const file = join(folder, `journal-${(given += 1)}`);
      await writeFile(file, bytes);
      return file;
    },
    close: async () => {
      await Promise.all(inspectors.map((client) => client.end()));
      // Stop PgBouncer first, so that it ends even if the application hangs.
      await bouncer?.stop();
      await under.close();
      await rm(folder, { recursive: true, force: true });
      await dropLogin(login);
    },
  };
}
