import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { AccountsRepository } from '../database/repositories/accounts.repository.js';
import { JournalRepository } from '../database/repositories/journal.repository.js';
import { UsersRepository } from '../database/repositories/users.repository.js';
import { UserScope } from '../database/user-scope.js';
import { LegacyImportService } from '../import/legacy-import.service.js';
import { generateLegacyDatabase } from '../testing/legacy-database.js';
import { withApplication } from './application.js';
import { importReportText } from './import-report.text.js';
import { withProgress } from './progress.js';
import { money, numbers, quantity, table } from './table.js';

const email = 'demo@example.com';
const timeZone = 'America/Denver';

/** Imports a sample journal into an embedded PostgreSQL, whatever `DATABASE_URL` says, and reads it back. */
export async function demo(environment: NodeJS.ProcessEnv): Promise<void> {
  const own = {
    ...environment,
    DATABASE_URL: undefined,
    DATABASE_MIGRATION_URL: undefined,
    NODE_ENV: undefined,
  };
  const file = await writeSample();
  await withApplication(
    { ...own, DATABASE_TLS: undefined, DATABASE_TLS_CA: undefined },
    async (application) => {
      const report = await withProgress((onProgress) =>
        application.get(LegacyImportService).import({ file, email, timeZone, createUser: true }, onProgress),
      );
      console.log(importReportText(report));
      if (report.entries.inserted === 0)
        console.log('\nNothing was imported twice: every entry was there already.');
      console.log(await journalText(application));
    },
  );
}

async function writeSample(): Promise<string> {
  const file = join('.data', 'sample-journal.db');
  await mkdir('.data', { recursive: true });
  await writeFile(file, await generateLegacyDatabase({ timeZone }));
  return file;
}

async function journalText(application: INestApplicationContext): Promise<string> {
  const journal = application.get(JournalRepository);
  const user = await application.get(UsersRepository).findByEmail(email);
  if (user === null) throw new Error('the demo user is gone');
  return application.get(UserScope).run(user.id, async () => {
    const accounts = await application.get(AccountsRepository).list();
    const { entries } = await journal.page({ limit: 20 });
    const totals = await journal.totals();
    const weeks = await journal.premiumByWeek();
    return [
      `\nAccounts:\n${table(
        ['id', 'name'],
        accounts.map(({ id, name }) => [id, name]),
      )}`,
      `The newest 20 entries:\n${entriesTable(entries)}`,
      `Totals of the live entries:\n${table(
        [numbers('entries'), numbers('inflow'), numbers('outflow'), numbers('net')],
        [[totals.count, money(totals.inflow), money(totals.outflow), money(totals.net)]],
      )}`,
      `Premium by ISO week, the last 12:\n${table(
        ['week', numbers('entries'), numbers('premium')],
        weeks.slice(-12).map(({ week, count, premium }) => [week, count, money(premium)]),
      )}`,
    ].join('\n\n');
  });
}

function entriesTable(entries: Awaited<ReturnType<JournalRepository['page']>>['entries']): string {
  return table(
    ['ts', 'account', 'type', 'symbol', numbers('qty'), numbers('strike'), 'expiration', numbers('amount')],
    entries.map((entry) => [
      entry.ts.toISOString(),
      entry.accountId,
      entry.type,
      entry.symbol,
      quantity(entry.qty),
      money(entry.strike),
      entry.expiration,
      money(entry.amount),
    ]),
  );
}
