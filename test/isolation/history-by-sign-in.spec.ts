import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { User } from '../../src/index.js';
import { startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';

/**
 * Entries belong to a user id, and sign-in can delete a user with all entries. A new user with the
 * deleted id could append other entries in their place.
 */
describe('Sign-in after the deletion of a user', () => {
  let under: TwoUsers;
  /** A user without accounts, so that no foreign key references the id. */
  let carol: string;
  let before: unknown[];

  beforeAll(async () => {
    under = await startTwoUsers(1);
    ({ id: carol } = await under.users.create({ email: 'carol@example.com' }));
    await under.users.delete(under.anna);
    expect(await under.seenBy(under.anna)).toEqual([]);
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    before = await under.everything();
  });
  afterEach(() => under.owner.query(`DELETE FROM users WHERE email LIKE 'new%'`));

  const refused = async (attempt: () => Promise<unknown>) => {
    await expect(under.scope.withAllUsers(attempt)).rejects.toThrow('permission denied for table users');
    expect(await under.everything()).toEqual(before);
  };

  // ANNA stands for the id of the deleted user, CAROL for the id of another user.
  it.each([
    ['INSERT', `INSERT INTO users (id, email) VALUES ('ANNA', 'new@example.com')`],
    ['INSERT without a list of columns', `INSERT INTO users SELECT 'ANNA'::uuid, 'new@example.com'`],
    [
      'MERGE',
      `MERGE INTO users USING (VALUES ('ANNA'::uuid)) AS deleted(id) ON users.id = deleted.id
       WHEN NOT MATCHED THEN INSERT (id, email) VALUES (deleted.id, 'new@example.com')`,
    ],
    ['UPDATE of the id of another user', `UPDATE users SET id = 'ANNA' WHERE id = 'CAROL'`],
    [
      'an upsert on another user',
      `INSERT INTO users (email) VALUES ('carol@example.com') ON CONFLICT (email) DO UPDATE SET id = 'ANNA'`,
    ],
    [
      'DELETE and INSERT in one statement',
      `WITH gone AS (DELETE FROM users WHERE id = 'CAROL' RETURNING id)
       INSERT INTO users (id, email) SELECT id, 'new@example.com' FROM gone`,
    ],
  ])('cannot create the user again by %s', async (_, sql) => {
    const text = sql.replaceAll('ANNA', under.anna).replaceAll('CAROL', carol);
    await refused(() => under.dataSource.query(text));
  });

  it('cannot create the user again by the repository of TypeORM', async () => {
    const users = under.dataSource.getRepository(User);
    const same = { id: under.anna, email: 'new@example.com' };
    await refused(() => users.insert(same));
    await refused(() => users.save(same));
    await refused(() => users.upsert(same, ['id']));
    await refused(() =>
      users.createQueryBuilder().insert().into(User, ['id', 'email']).values(same).execute(),
    );
    await refused(() => users.update({ id: carol }, { id: under.anna }));
  });

  it('cannot delete and create a user in one unit of work', async () => {
    await refused(() =>
      under.scope.transaction(async () => {
        await under.users.delete(carol);
        await under.dataSource.query(`INSERT INTO users (id, email) VALUES ($1, 'new@example.com')`, [carol]);
      }),
    );
  });

  it('creates users with ids from the database, and changes them', async () => {
    const passwordHash = 'scrypt$1';
    const user = await under.users.create({ email: 'new@example.com', passwordHash });
    const users = under.dataSource.getRepository(User);
    await under.scope.withAllUsers(() =>
      users.update({ id: user.id }, { email: 'new-address@example.com', subscriptionTier: 'basic' }),
    );

    expect([under.anna, carol]).not.toContain(user.id);
    expect(await under.users.findByEmailWithPasswordHash('new-address@example.com')).toMatchObject({
      id: user.id,
      passwordHash,
      subscriptionTier: 'basic',
    });
    expect(await under.seenBy(user.id)).toEqual([]);
  });
});
