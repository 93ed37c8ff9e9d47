import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { Any, In } from 'typeorm';
import { InvalidUserIdError, UserNotFoundError, UserScopeMismatchError } from '../../../../src/index.js';
import { legacyBytes, legacyEntry } from '../../legacy-journals.js';
import { expectError, expectSqlState } from '../expected-failures.js';
import type { Operations } from '../trader.js';
import { insertSql, valuesOf } from './appending.js';

/** Operations that try to read or write rows of other users, accidentally or on purpose. */
export const strangers: Operations = {
  'a wrong user id': async (trader) => {
    const { scope, journal } = trader.hunted;
    await expectError(
      scope.run(`${trader.userId}'`, () => trader.query('SELECT id FROM journal')),
      InvalidUserIdError,
    );
    const unknown = randomUUID();
    expect(await scope.run(unknown, () => trader.query('SELECT id FROM journal'))).toEqual([]);
    await expectError(
      scope.run(unknown, () => journal.append(trader.newEntry())),
      UserNotFoundError,
    );
  },

  'filters that ask for strangers': async (trader) => {
    const { entries, accountRows, userRows } = trader.hunted;
    const theirs = [...trader.strangers];
    expect(await entries.findBy({ userId: In(theirs) })).toEqual([]);
    expect(await accountRows.findBy({ userId: Any(theirs) })).toEqual([]);
    expect(await userRows.findBy({ id: In(theirs) })).toEqual([]);
    expect(await trader.query('SELECT id FROM journal WHERE user_id = ANY($1)', [theirs])).toEqual([]);
  },

  'an entry for a stranger': async (trader) => {
    for (const userId of trader.strangers) {
      await expectSqlState(trader.hunted.entries.insert({ ...trader.newEntry(), userId }), '42501');
      await expectSqlState(trader.query(insertSql, [userId, ...valuesOf(trader.newEntry())]), '42501');
    }
  },

  "marks on a stranger's entries": async (trader) => {
    const update = trader.hunted.entries
      .createQueryBuilder()
      .update()
      .set({ deletedAt: () => 'now()' });
    const theirs = update.where('user_id IN (:...theirs) AND deleted_at IS NULL', {
      theirs: trader.strangers,
    });
    expect((await theirs.execute()).affected).toBe(0);
  },

  "a stranger's scope within a unit": async (trader) => {
    const { scope, journal } = trader.hunted;
    const entry = trader.newEntry();
    await trader.unit(async () => {
      for (const stranger of trader.strangers)
        await expectError(
          scope.run(stranger, () => trader.query('SELECT id FROM journal')),
          UserScopeMismatchError,
        );
      await journal.append(entry);
    });
    trader.has(entry);
  },

  'import for a stranger within a unit': async (trader) => {
    const { importer, scope, users, victim } = trader.hunted;
    const { email } = await users.get(victim);
    const bytes = await legacyBytes({ accounts: [], journal: [legacyEntry('intruder')] }, 'json');
    const file = await trader.hunted.write(bytes);
    await expectError(
      scope.transaction(() => importer.import({ file, email, timeZone: 'UTC' })),
      UserScopeMismatchError,
    );
  },

  'sign-in': async (trader) => {
    const { scope, users } = trader.hunted;
    await expectSqlState(
      scope.withAllUsers(() => trader.query('SELECT id FROM journal')),
      '42501',
    );
    expect((await users.findByEmailWithPasswordHash(trader.email))?.id).toBe(trader.userId);
  },
};
