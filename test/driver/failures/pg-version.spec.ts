import { afterEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { dataSourceOptions, JournalDataSource, migrationOptions } from '../../../src/index.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import { failureOf } from '../../support/failure.js';

const { prototype } = pg.Client;
const present = Object.getOwnPropertyDescriptor(prototype, 'getTransactionStatus') ?? {};

afterEach(() => {
  Object.defineProperty(prototype, 'getTransactionStatus', present);
});

it.each([
  ['an application', dataSourceOptions],
  ['migrations', migrationOptions],
])(
  'a DataSource of %s refuses a pg that lacks a method, as 8.16 does, and names the command',
  async (_, of) => {
    const database = await createTestDatabase({ empty: true });
    const dataSource = new JournalDataSource(of(database.settings));
    Reflect.deleteProperty(prototype, 'getTransactionStatus');

    const failure = await failureOf(dataSource.initialize());
    if (failure === undefined) await dataSource.destroy();
    await database.drop();

    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /needs pg 8\.23 or later, but pg \d.* is installed.*npm install pg@8\.23/,
      ),
    });
  },
);
