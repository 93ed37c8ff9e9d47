// Writes and reads an entry in an application that has only this package: `node round-trip.js`.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AccountsRepository,
  DatabaseModule,
  JournalRepository,
  UserScope,
  UsersRepository,
} from 'trading-journal-database';
import type { DecimalString, NewEntry } from 'trading-journal-database';

@Module({ imports: [DatabaseModule.forRoot()] })
class RoundTripModule {}

const application = await NestFactory.createApplicationContext(RoundTripModule, { logger: ['error'] });
const user = await application.get(UsersRepository).create({ email: 'consumer@example.com' });
const fee: DecimalString = '-0.65';
const entry: NewEntry = { id: 'fee-1', ts: new Date(0), accountId: 'acct-1', type: 'fee', amount: fee };
const stored = await application.get(UserScope).run(user.id, async () => {
  await application.get(AccountsRepository).create({ id: 'acct-1', name: 'Main' });
  await application.get(JournalRepository).append(entry);
  return application.get(JournalRepository).get('fee-1');
});
await application.close();
console.log(JSON.stringify({ id: stored.id, ts: stored.ts, amount: stored.amount }));
