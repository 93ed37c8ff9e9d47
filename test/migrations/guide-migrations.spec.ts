// @slow: migrates a database for each test
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { migrations } from '../../docs/guides/migrations/index.js';
import { FillCurrency20270208090100 } from '../../docs/guides/migrations/20270208090100_fill_currency.js';
import { checkMigrations } from '../../src/testing/index.js';
import { ownRules, rewriteRule } from '../../src/testing/migration-gate/rules.js';
import { squawkRules } from '../../src/testing/migration-gate/squawk.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { queryOf } from '../support/query.js';
import { sqlStateOf } from '../support/partly-migrated.js';
import { asOwner, connectOwner } from '../support/owner.js';
import { migrateFurther } from '../support/newer-release.js';
import { extremes, populate, users } from '../support/populated-journal.js';

const guide = join('docs', 'guides', 'migrations');

describe('The worked example of the guide of migrations', () => {
  it('passes the gate', async () => {
    const problems = await checkMigrations({ migrations, folder: guide });
    expect(problems.map(({ message }) => message)).toEqual([]);
  });

  it('gives every row its currency, also after an interrupted backfill, and can be reverted', async () => {
    const database = await createTestDatabase();
    const owner = await connectOwner(database.settings, { migrations });
    const query = queryOf(owner);
    const currencies = () =>
      query(`SELECT currency, count(*)::int AS count FROM journal GROUP BY currency ORDER BY currency`);
    try {
      // Two batches of the backfill.
      const entries = 2_000;
      await populate(query, entries);
      await query(`UPDATE journal SET meta = '{"currency": "EUR"}' WHERE id IN ('e-7', 'e-1999')`);
      await query(`UPDATE journal SET meta = '{"currency": "usd"}' WHERE id = 'e-8'`);
      await migrateFurther(database.settings, migrations.slice(0, 2));
      await query(`UPDATE journal SET currency = 'CHF' WHERE id = 'e-9'`);

      await killedAfterOneBatch(database);
      await migrateFurther(database.settings, migrations);
      const rows = users * (entries + extremes);
      expect(await currencies()).toEqual([
        { currency: 'CHF', count: users },
        { currency: 'EUR', count: 2 * users },
        { currency: 'USD', count: rows - 3 * users },
      ]);
      expect(await query(`UPDATE journal SET currency = NULL`).catch(sqlStateOf)).toBe('23502');
      expect(await query(`UPDATE journal SET currency = 'usd'`).catch(sqlStateOf)).toBe('23514');

      for (const _ of migrations) await owner.undoLastMigration();
      await expect(currencies()).rejects.toThrow('column "currency" does not exist');
    } finally {
      await owner.destroy();
      await database.drop();
    }
  });

  it('lists in its table everything that the gate refuses', () => {
    const text = readFileSync(`${guide}.md`, 'utf8');
    const rules = [...ownRules, rewriteRule].map(({ rule }) => rule);
    const all = [
      ...rules,
      ...Object.keys(squawkRules),
      'opaque-block',
      'unparsable',
      'not-reverted',
      'not-repeatable',
    ];

    expect(all.filter((rule) => !text.includes(`\`${rule}\``))).toEqual([]);
  });
});

/** The backfill with a connection that breaks in its second batch. */
async function killedAfterOneBatch(database: TestDatabase): Promise<void> {
  await asOwner(database.settings, async (owner) => {
    const queryRunner = owner.createQueryRunner();
    const send = queryRunner.query.bind(queryRunner) as Send;
    let batches = 0;
    queryRunner.query = async <T>(sql: string, parameters?: unknown[]) => {
      batches += 1;
      if (batches === 2) await send('SELECT pg_terminate_backend(pg_backend_pid())');
      return send<T>(sql, parameters);
    };
    await expect(new FillCurrency20270208090100().up(queryRunner)).rejects.toThrow(/terminat/);
    await queryRunner.release();
  });
  const filled = await asOwner(database.settings, (owner) =>
    owner.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM journal WHERE currency IS NOT NULL AND currency <> 'CHF'`,
    ),
  );
  expect(filled[0]?.count).toBeGreaterThan(4_900);
  expect(filled[0]?.count).toBeLessThanOrEqual(5_000);
}

type Send = <T>(sql: string, parameters?: unknown[]) => Promise<T>;
