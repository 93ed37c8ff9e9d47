import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  DatabaseModule,
  JournalImportModule,
  JournalRepository,
  readDatabaseSettings,
  UserScope,
} from 'trading-journal-database';
import type { JournalDataSource } from 'trading-journal-database';
import { DataSource } from 'typeorm';
import type { Context } from './contender.js';

/** This project in a Nest application. */
export interface OpenJournal {
  scope: UserScope;
  journal: JournalRepository;
  /** Resolves any provider of the application. */
  get: <T>(token: Type<T>) => T;
  close: () => Promise<void>;
}

class Application {}

export async function openJournal(
  url: string,
  { poolSize }: Context,
  { fastPath }: { fastPath: boolean } = { fastPath: true },
): Promise<OpenJournal> {
  const settings = readDatabaseSettings({
    DATABASE_URL: url,
    DATABASE_POOL_MAX: String(poolSize),
    DATABASE_FAST_PATH: String(fastPath),
    // A bulk load is expected to be slow and must not be logged as a slow query.
    DATABASE_SLOW_QUERY_MS: '600000',
    DATABASE_STATEMENT_TIMEOUT_MS: '0',
  });
  const database = DatabaseModule.forRootAsync({ useFactory: () => settings });
  const application = await NestFactory.createApplicationContext(
    { module: Application, imports: [database, JournalImportModule] },
    // The check appends invalid entries, whose refusal is logged as an error.
    { logger: false },
  );
  const { journal } = application.get<JournalDataSource>(DataSource);
  if (journal.isFast !== fastPath) throw new Error(`wanted fastPath ${fastPath}, got ${journal.isFast}`);
  return {
    scope: application.get(UserScope),
    journal: application.get(JournalRepository),
    get: (token) => application.get(token),
    close: () => application.close(),
  };
}
