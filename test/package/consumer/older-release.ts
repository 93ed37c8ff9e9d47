// Uses a schema of a newer release, as a process of the older release: `node older-release.js
// JOURNAL.db`.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AccountsRepository,
  DatabaseModule,
  JournalRepository,
  LegacyImportModule,
  LegacyImportService,
  UserScope,
  UsersRepository,
} from 'trading-journal-database';
import type { NewEntry } from 'trading-journal-database';

@Module({ imports: [DatabaseModule.forRoot(), LegacyImportModule] })
class OlderRelease {}

try {
  const application = await NestFactory.createApplicationContext(OlderRelease, {
    logger: ['error'],
    abortOnError: false,
  });
  const [scope, journal] = [application.get(UserScope), application.get(JournalRepository)];
  const user = await application.get(UsersRepository).create({ email: 'older@example.com' });
  const worked = await scope.run(user.id, async () => {
    await application.get(AccountsRepository).create({ id: 'acct-1', name: 'Main' });
    const fees = ['fee-1', 'fee-2', 'fee-3'].map((id): NewEntry => {
      return { id, ts: new Date(0), accountId: 'acct-1', type: 'fee', amount: '-0.65' };
    });
    await journal.append(fees);
    const amended = await journal.amend('fee-1', { amount: '-0.75' }, { reason: 'typo' });
    await journal.remove('fee-2', { reason: 'twice' });
    const restored = await journal.restore('fee-2');
    const { entries } = await journal.page({ limit: 10 });
    const history = await journal.history(restored.id);
    return {
      amended: amended.amount,
      page: entries.map(({ amount }) => amount).sort(),
      history: history.length,
      keys: Object.keys(amended),
    };
  });
  const file = process.argv[2] ?? '';
  const request = { file, email: 'imported@example.com', createUser: true, timeZone: 'America/Denver' };
  const { entries, verification } = await application.get(LegacyImportService).import(request);
  await application.close();
  console.log(JSON.stringify({ ...worked, imported: entries.inserted, verified: verification.matches }));
} catch (error) {
  console.log(JSON.stringify({ code: (error as { code?: string }).code ?? String(error) }));
}
