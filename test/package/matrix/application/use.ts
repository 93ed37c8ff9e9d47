// Serves the application, uses it over HTTP, imports a journal, and prints the results: `node
// src/use.js`. It compiles to CommonJS and to ESM, so it has no top-level await.
import 'reflect-metadata';
import { rm, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import {
  AccountsRepository,
  JournalImportService,
  UserScope,
  UsersRepository,
} from 'trading-journal-database';
import { generateLegacyDatabase } from 'trading-journal-database/testing';
import { ApplicationModule } from './application.module.js';

async function use(): Promise<object> {
  const application = await NestFactory.create(ApplicationModule, { logger: ['error'], abortOnError: false });
  await application.listen(0, '127.0.0.1');
  const url = await application.getUrl();
  const users = application.get(UsersRepository);
  const [ann, bob] = [
    await users.create({ email: 'ann@example.com' }),
    await users.create({ email: 'bob@example.com' }),
  ];
  const account = { id: 'acct-1', name: 'Main' };
  await application.get(UserScope).run(ann.id, () => application.get(AccountsRepository).create(account));

  const call = async (path: string, userId?: string, body?: object): Promise<unknown> => {
    const headers = {
      'content-type': 'application/json',
      ...(userId === undefined ? {} : { 'x-user-id': userId }),
    };
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    return answer.json();
  };
  const fee = {
    id: 'fee-1',
    ts: new Date(0),
    accountId: 'acct-1',
    symbol: 'SPY',
    type: 'fee',
    amount: '-0.65',
  };
  const found = {
    node: process.version,
    appended: await call('entries', ann.id, fee),
    wrong: await call('entries', ann.id, { ...fee, amount: 'much' }),
    unknownAccount: await call('entries', bob.id, fee),
    anonymous: await call('entries'),
    page: ((await call('entries', ann.id)) as { entries: { amount: string }[] }).entries.map(
      ({ amount }) => amount,
    ),
    rows: await call('rows', ann.id),
    rowsOfAnother: await call('rows', bob.id),
  };

  const file = `journal-${process.pid}.db`;
  await writeFile(file, await generateLegacyDatabase({ timeZone: 'America/Denver' }));
  const request = { file, email: 'bob@example.com', timeZone: 'America/Denver' };
  const { verification } = await application.get(JournalImportService).import(request);
  await rm(file);
  await application.close();
  return { ...found, imported: verification.matches };
}

use().then(
  (found) => console.log(JSON.stringify(found)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
