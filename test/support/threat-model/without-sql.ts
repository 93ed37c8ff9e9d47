import { expect } from '@jest/globals';
import { EmailTakenError } from '../../../src/index.js';
import { failureOf } from '../database-failure.js';
import { entriesOfBob } from './attacked.js';
import type { Proofs } from './proofs.js';

class Undone extends Error {}

/** What goes wrong without injected SQL. */
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
    title: 'without it would be worked for that other user',
  },

  'a sign-up with an address that is taken': async ({ shared: { users } }) => {
    const failure = await failureOf(users.create({ email: 'trader-2@example.com' }));
    expect(failure).toBeInstanceOf(EmailTakenError);
    expect((failure as EmailTakenError).code).toBe('EMAIL_TAKEN');
  },

  'reading the disk or a backup': async ({ shared: { owner } }) => {
    await owner.query('CHECKPOINT');
    expect(
      await owner.query(`SELECT position('b-1 notes'::bytea IN
        pg_read_binary_file(pg_relation_filepath('journal'))) > 0 AS "isPlain"`),
    ).toEqual([{ isPlain: true }]);
  },

  'reading the network': {
    file: 'test/driver/connection-tls.spec.ts',
    title: 'is not used when it is disabled, though the server offers it',
  },
};
