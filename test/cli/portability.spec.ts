import { describe, expect, it } from '@jest/globals';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';

const application = new ImportApplication();
const command = new JournalDbCommand();
const run = (args: string[], environment: Record<string, string> = {}) =>
  command.run(args, { DATABASE_URL: application.url, ...environment });

describe('journal-db seed', () => {
  const seed = (entries: string, ...args: string[]) => [
    'seed',
    '--users',
    '2',
    '--entries',
    entries,
    ...args,
  ];
  const rows = () =>
    application.sql(
      `SELECT to_jsonb(journal)::text AS row FROM journal JOIN users ON users.id = user_id
       WHERE email LIKE '%.seed-7@%' ORDER BY user_id, journal.id`,
    );

  it('adds the same users with the same journals wherever it runs, and nothing twice', async () => {
    const first = await run(seed('40', '--seed', '7', '--json'));
    const added = await rows();
    const again = await run(seed('40', '--seed', '7'));
    const kept = await rows();
    await application.sql(`DELETE FROM users WHERE email LIKE '%.seed-7@%'`);
    await run(seed('40', '--seed', '7'));

    expect([first.code, JSON.parse(first.stdout)]).toEqual([
      0,
      {
        users: [
          { email: 'trader-1.seed-7@example.com', inserted: 40, unchanged: 0 },
          { email: 'trader-2.seed-7@example.com', inserted: 40, unchanged: 0 },
        ],
      },
    ]);
    expect(first.stderr).toMatch(/Adding: 50 % of 80 entries\n(.*\n)*Adding: 100 % of 80 entries/);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/trader-2\.seed-7@example\.com +│ +0 │ +40/);
    expect(added).toHaveLength(80);
    expect(kept).toEqual(added);
    // After a deletion, as in another database: ids of users and all instants included.
    expect(await rows()).toEqual(added);
  });

  it('leaves a journal as it is that is of another number of entries, and says what to do', async () => {
    const before = await application.snapshot();
    const { code, stderr } = await run(seed('41', '--seed', '7'));

    expect(code).toBe(1);
    expect(stderr).toContain('trader-1.seed-7@example.com has another journal already');
    expect(stderr).toContain('Give another --seed');
    expect(await application.snapshot()).toEqual(before);
  });

  it('refuses production unless told otherwise, and a number that is none', async () => {
    const before = await application.snapshot();
    const production = { NODE_ENV: 'production', DATABASE_PRIVILEGE_CHECK: 'off' };
    const refused = await run(seed('40', '--seed', '8'), production);
    const wrong = await run(seed('0'));

    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^This would add sample users to a database of production; .* --yes/);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('whole number, 1 or more')]);
    expect(await application.snapshot()).toEqual(before);
    expect((await run(seed('40', '--seed', '8', '--yes'), production)).code).toBe(0);
  });
});
