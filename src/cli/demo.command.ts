import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { UsersRepository } from '../users/users.repository.js';
import { UserScope } from '../isolation/user-scope.js';
import { JournalRepository } from '../journal/journal.repository.js';
import { JournalImportService } from '../browser/import/journal-import.service.js';
import { withApplication } from './application.js';
import { figuresText } from './demo-figures.js';
import { importReportText } from './import-report.text.js';
import { withProgress } from './progress.js';
import { print } from './printing.js';
import { unsetConnection } from '../embedded/development-database.js';
import { legacySchema } from '../browser/format/legacy-schema.js';
import { legacyDatabase } from '../testing/browser/legacy-database-builder.js';
import { legacyEntryOf } from '../testing/browser/legacy-entry.js';
import { generateJournal } from '../testing/samples/sample-journal.js';
import { sampleAccounts } from '../testing/samples/sample-market.js';
import { buyShares, callAssigned, sellCoveredCall, split, type TradeEntry } from '../trades/index.js';

const email = 'trader@example.com';
const timeZone = 'America/Denver';
/** The last day of trading in the sample. Fixed, so that the figures are always the same. */
const today = '2025-12-31';
const sample = { seed: 12, entries: 500, until: today };

/**
 * Imports a sample journal into an embedded PostgreSQL, never into a configured database, records
 * trades by templates, and shows figures.
 */
export async function demo(environment: NodeJS.ProcessEnv): Promise<void> {
  const own: NodeJS.ProcessEnv = { ...environment, NODE_ENV: undefined };
  unsetConnection(own);
  const file = await writeSample();
  await withApplication(own, async (application) => {
    const report = await withProgress((onProgress) =>
      application
        .get(JournalImportService)
        .import({ file, email, timeZone, createUser: true, checkFigures: true }, onProgress),
    );
    print(importReportText(report));
    if (report.entries.inserted === 0) print('\nNothing was imported twice: every entry was there already.');
    print(`\n${demoTradesText}`);
    print(`\nFigures of the journal on ${today}, its last day of trading.\n`);
    print(await journalText(application));
  });
}

/** Writes the sample journal as a database of the browser application. */
async function writeSample(): Promise<string> {
  const file = join('.data', 'sample-journal.db');
  await mkdir('.data', { recursive: true });
  const database = await legacyDatabase((db) => {
    for (const statement of legacySchema) db.run(statement);
    db.run('BEGIN');
    for (const account of sampleAccounts) db.insert('accounts', { ...account });
    for (const entry of generateJournal(sample)) db.insert('journal', { ...legacyEntryOf(entry, timeZone) });
    db.run('COMMIT');
  });
  await writeFile(file, database);
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

/** What `demoTrades` records, for people. */
const demoTradesText = [
  'Recorded by templates:',
  '- AAPL: a call that is assigned without shares opens a short position; 60 of 100 shares are bought back.',
  '- F: a 2-for-1 split in both accounts, and the adjustment of the open put by the memo of the OCC.',
].join('\n');

/**
 * Trades that a journal of the browser application cannot have. Their ids are fixed, so that a
 * second demo appends nothing.
 */
function demoTrades(): TradeEntry[] {
  const aapl = { accountId: 'acct-1', symbol: 'AAPL' };
  const call = { ...aapl, contracts: '1', strike: '280', expiration: '2025-12-19' } as const;
  const f = { ts: new Date('2025-12-30T14:30:00Z'), symbol: 'F', ratioTo: 2, ratioFrom: 1 };
  const put = { leg: 'put', strike: '10.5', expiration: '2026-01-30' } as const;
  const adjusted = { ...put, targetStrike: '5.25', ratioTo: 2, ratioFrom: 1 } as const;
  return [
    ...sellCoveredCall({
      ...call,
      id: 'demo-call',
      ts: new Date('2025-12-01T15:30:00Z'),
      price: '1.85',
      fee: '0.65',
    }),
    ...callAssigned({ ...call, id: 'demo-end', ts: new Date('2025-12-19T21:00:00Z') }),
    ...buyShares({
      ...aapl,
      id: 'demo-cover',
      ts: new Date('2025-12-22T15:30:00Z'),
      shares: '60',
      price: '272',
    }),
    ...split({ ...f, id: 'demo-split-1', accountId: 'acct-1', options: [adjusted] }),
    ...split({ ...f, id: 'demo-split-2', accountId: 'acct-2' }),
  ];
}
