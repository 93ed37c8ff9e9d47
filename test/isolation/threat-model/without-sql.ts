import { expect } from '@jest/globals';
import { EmailTakenError } from '../../../src/index.js';
import { failureOf } from '../../support/failure.js';
import { entriesOfBob } from './attacked.js';
import { withOwnTables } from './own-tables.js';
import type { Proofs } from './proofs.js';

class Undone extends Error {}

/** Attempts that succeed without injected SQL. */
export const withoutSql: Proofs = {
  'a false `created_at`, or a false time of deletion, in own rows': async ({ shared }) => {
    const { scope, anna, whole } = shared;
    const unit = scope.run(anna, () =>
      scope.transaction(async () => {
        await whole(`INSERT INTO journal (user_id, id, ts, account_id, type, amount, created_at)
          VALUES ('${anna}', 'false', now(), 'acct-1', 'fee', 1, timestamptz '2001-01-01')`);
        await whole(`UPDATE journal SET deleted_at = timestamptz '2002-01-01' WHERE id = 'false'`);
        expect(
          await whole(`SELECT created_at < '2001-02-01' AS created, deleted_at < '2002-02-01' AS deleted
            FROM journal WHERE id = 'false'`),
        ).toEqual([{ created: true, deleted: true }]);
        throw new Undone();
      }),
    );
    await expect(unit).rejects.toThrow(Undone);
  },

  'code that passes the wrong user id': async ({ shared: { scope, anna, bob, journal } }) => {
    const handleRequestOf = (_signedIn: string, passed: string) => scope.run(passed, () => journal.totals());
    expect((await handleRequestOf(anna, bob)).count).toBe(entriesOfBob);
  },

  'an event source that users share, such as a `Subject`': {
    file: 'test/isolation/user-scope-interceptor/streams.spec.ts',
    title: "that another user's action triggers runs for that user without keepUserScope",
  },

  'a sign-up with an address that is taken': async ({ shared: { users } }) => {
    const failure = await failureOf(users.create({ email: 'trader-2@example.com' }));
    expect(failure).toBeInstanceOf(EmailTakenError);
    expect((failure as EmailTakenError).code).toBe('EMAIL_TAKEN');
  },

  'a unique key of an own table that does not begin with `user_id`': ({ shared }) =>
    withOwnTables(shared, async () => {
      const { whole, owner, anna, bob } = shared;
      await owner.query(`INSERT INTO alerts (user_id, name) VALUES ($1, 'taken')`, [bob]);
      const failure = await failureOf(
        whole(`INSERT INTO alerts (user_id, name) VALUES ('${anna}', 'taken')`),
      );
      expect(failure).toMatchObject({ driverError: { code: '23505' } });
    }),

  'a foreign key between own tables that does not begin with `user_id`': ({ shared }) =>
    withOwnTables(shared, async () => {
      const { whole, owner, scope, dataSource, anna, bob } = shared;
      await owner.query(`INSERT INTO alerts (user_id) VALUES ($1)`, [bob]);
      await whole(`INSERT INTO notes (user_id, alert_id) VALUES ('${anna}', 1)`);
      const deletion = scope.run(bob, () => dataSource.query('DELETE FROM alerts'));
      expect(await failureOf(deletion)).toMatchObject({ driverError: { code: '23503' } });
    }),

  'reading the disk or a backup': async ({ shared: { owner } }) => {
    await owner.query('CHECKPOINT');
    expect(
      await owner.query(`SELECT position('b-1 notes'::bytea IN
        pg_read_binary_file(pg_relation_filepath('journal'))) > 0 AS "isPlain"`),
    ).toEqual([{ isPlain: true }]);
  },

  'reading the network': {
    file: 'test/driver/connection-tls.spec.ts',
    title: 'is not used if it is disabled, although the server offers it',
  },
};
