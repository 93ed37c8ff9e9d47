import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';

/**
 * Attacks that docs/reference/threat-model.md leaves to the application, which must not
 * send SQL written by others.
 */
describe('An injected whole statement', () => {
  let under: TwoUsers;

  beforeAll(async () => {
    under = await startTwoUsers(1);
  });
  afterAll(() => under.close());

  const asAnna = (sql: string) => under.scope.run(under.anna, () => under.dataSource.query<object[]>(sql));

  it("reads another user's rows if it sets the user's id before it reads", async () => {
    const rows = await asAnna(`
      WITH changed AS MATERIALIZED (SELECT set_config('app.user_id', '${under.bob}', true))
      SELECT id FROM changed, LATERAL (SELECT id FROM journal OFFSET 0) theirs`);

    expect(rows).toEqual([{ id: 'b-1' }]);
    expect(await under.seenBy(under.anna)).toEqual(['a-1']);
  });

  it("cannot change another user's journal, even with the user's id", async () => {
    const update = `UPDATE journal SET amount = 0 WHERE set_config('app.user_id', '${under.bob}', true) <> ''`;

    await expect(asAnna(update)).rejects.toThrow('permission denied for table journal');
  });

  it('changes only the settings of later statements in its own unit of work', async () => {
    const { scope, journal, owner } = under;
    const entry = {
      id: 'a-2',
      ts: new Date(),
      accountId: 'acct-1',
      type: 'fee',
      amount: '1',
      notes: 'Café',
    } as const;
    await scope.run(under.anna, () =>
      scope.transaction(async (manager) => {
        await manager.query(`SELECT set_config('search_path', 'nowhere', false)`);
        await expect(scope.transaction(() => journal.append(entry))).rejects.toThrow('does not exist');
      }),
    );
    await scope.run(under.anna, () => journal.append({ ...entry, id: 'a-3' }));

    const stored = `SELECT notes FROM journal WHERE id IN ('a-2', 'a-3') ORDER BY id`;
    expect(await owner.query(stored)).toEqual([{ notes: 'Café' }]);
  });
});
