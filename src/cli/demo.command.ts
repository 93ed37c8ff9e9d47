import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { UsersRepository } from '../users/users.repository.js';
import { UserScope } from '../isolation/user-scope.js';
import { JournalRepository } from '../journal/journal.repository.js';
import { JournalImportService } from '../browser/import/journal-import.service.js';
import { withApplication } from './application.js';
import { figuresText } from './demo-figures.js';
import { sampleDatabase } from './demo-sample.js';
import { demoTrades, demoTradesText } from './demo-trades.js';
import { importReportText } from './import-report.text.js';
import { withProgress } from './progress.js';
import { print } from './printing.js';

const email = 'trader@example.com';
const timeZone = 'America/Denver';
/** The last day of trading in the sample. Fixed, so that the figures are always the same. */
const today = '2025-12-31';
const sample = { seed: 12, entries: 500, until: today };

/**
 * Imports a sample journal into an embedded PostgreSQL, not `DATABASE_URL`, records trades by
 * templates, and shows figures.
 */
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
        application
          .get(JournalImportService)
          .import({ file, email, timeZone, createUser: true, checkFigures: true }, onProgress),
      );
      print(importReportText(report));
      if (report.entries.inserted === 0)
        print('\nNothing was imported twice: every entry was there already.');
      print(`\n${demoTradesText}`);
      print(`\nFigures of the journal on ${today}, its last day of trading.\n`);
      print(await journalText(application));
    },
  );
}

async function writeSample(): Promise<string> {
  const file = join('.data', 'sample-journal.db');
  await mkdir('.data', { recursive: true });
  await writeFile(file, await sampleDatabase(sample, timeZone));
  return file;
}

async function journalText(application: INestApplicationContext): Promise<string> {
  const user = await application.get(UsersRepository).findByEmail(email);
  if (user === null) throw new Error('the demo user is gone');
  return application.get(UserScope).run(user.id, async () => {
    await application.get(JournalRepository).append(demoTrades());
    return figuresText(application, { today, timeZone });
  });
}
