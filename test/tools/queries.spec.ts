// @slow: explains every query on a filled database
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { committedText } from '../../tools/support/generated-file.js';
import { queryCases } from '../../tools/queries/cases.js';
import { queriesFile } from '../../tools/queries/queries-file.js';
import {
  AccountsRepository,
  CashReadModel,
  JournalRepository,
  LegacyReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
  UsersRepository,
} from '../../src/index.js';
import { ImportedJournal } from '../../src/journal/imported-journal.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';

describe('The queries of the focused repositories', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('equal the committed document, with their plans (if not, run `npm run queries:generate`)', async () => {
    const { path, text } = await queriesFile(database.settings);

    expect(text).toBe(committedText(path));
  });

  it.each([
    ['users', UsersRepository],
    ['accounts', AccountsRepository],
    ['journal', JournalRepository],
    ['imports', ImportedJournal],
    ['positions', OptionPositionsReadModel],
    ['lots', ShareLotsReadModel],
    ['cash', CashReadModel],
    ['profit', ProfitReadModel],
    ['legacy', LegacyReadModel],
  ] as const)('include those of every method of %s', (repository, { prototype }) => {
    const methods = Object.getOwnPropertyNames(prototype).filter(
      (name) => name !== 'constructor' && typeof Reflect.get(prototype, name, {}) === 'function',
    );
    const shown = queryCases.filter((shownCase) => shownCase.repository === repository);

    expect([...new Set(shown.map(({ method }) => method))].sort()).toEqual(methods.sort());
  });
});
