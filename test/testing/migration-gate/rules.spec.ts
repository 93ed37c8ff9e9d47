// @slow: runs a linter for each rule
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import type { JournalDataSource } from '../../../src/index.js';
import { judge } from '../../../src/testing/migration-gate/judge.js';
import { readStatements } from '../../../src/testing/migration-gate/statements.js';
import { ownRules, rewriteRule } from '../../../src/testing/migration-gate/rules.js';
import { runOneWay } from '../../../src/testing/migration-gate/try-migration.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { connectOwner } from '../../support/owner.js';
import { migrationOf } from '../../support/running-migrations.js';
import { inUse, samples } from './samples.js';

describe('A rule of the gate', () => {
  let database: TestDatabase;
  let owner: JournalDataSource;
  let queryRunner: QueryRunner;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await connectOwner(database.settings);
    queryRunner = owner.createQueryRunner();
  });
  afterAll(async () => {
    await queryRunner.release();
    await owner.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    await owner.query('DROP SCHEMA IF EXISTS elsewhere CASCADE');
    await owner.query('DROP SCHEMA public CASCADE');
    await owner.query('CREATE SCHEMA public');
    await owner.query('CREATE SCHEMA elsewhere');
    for (const statement of inUse) await owner.query(statement);
  });

  async function broken(
    statements: readonly string[],
    { outside = false, direction = 'up' }: { outside?: boolean; direction?: 'up' | 'down' } = {},
  ): Promise<string[]> {
    const migration = migrationOf(statements, { undo: statements, outside });
    const run = await runOneWay(queryRunner, new migration(), direction);
    return judge(run).map(({ rule, message }) => `${rule}: ${message}`);
  }
  const rulesOf = (found: readonly string[]) => found.map((text) => text.replace(/: .*$/, '')).sort();

  it.each(samples.map((sample) => [sample.rule, sample.bad.join('; '), sample] as const))(
    '%s refuses %s',
    async (rule, _, { bad, outside, also = [] }) => {
      const refused = await broken(bad, { outside: outside === 'bad' || outside === 'both' });
      expect(rulesOf(refused)).toEqual([rule, ...also].sort());
    },
  );

  it.each(samples.map((sample) => [sample.good.join('; '), sample] as const))(
    'accepts %s',
    async (_, { good, outside }) => {
      expect(await broken(good, { outside: outside === 'good' || outside === 'both' })).toEqual([]);
    },
  );

  it('of this package has a sample', () => {
    const sampled = new Set(samples.map(({ rule }) => rule));
    expect([...ownRules, rewriteRule].map(({ rule }) => rule).filter((rule) => !sampled.has(rule))).toEqual(
      [],
    );
  });

  it.each([
    ['CREATE INDEX idx_sample_a ON sample (a)', ['require-concurrent-index-creation']],
    ['ALTER TABLE sample DROP a', []],
    ['DROP TABLE other', []],
    ['REVOKE SELECT ON sample FROM journal_user', []],
  ])('refuses locks on the way down, but no removals: %s', async (statement, rules) => {
    expect(rulesOf(await broken([statement], { direction: 'down' }))).toEqual(rules);
  });

  it('refuses text that its parser cannot read, and reports the text', async () => {
    const around = { before: new Map(), after: new Map(), isInTransaction: true };
    const statements = await readStatements('ALTR TABLE sample');
    const sent = statements.map((statement) => ({ statement, ...around }));
    const run = { migration: 'Wrong20990101000000', direction: 'up', isInTransaction: true, sent } as const;

    expect(judge(run)).toMatchObject([{ rule: 'unparsable', statement: 'ALTR TABLE sample' }]);
  });

  const index = 'CREATE INDEX idx_sample_a ON sample (a)';
  const reason = 'the table has a hundred rows';
  it.each([
    ['with a reason', [`-- waived require-concurrent-index-creation: ${reason}\n${index}`], []],
    [
      'without a reason',
      [`-- waived require-concurrent-index-creation:\n${index}`],
      ['require-concurrent-index-creation', 'waiver'],
    ],
    [
      'with a short reason',
      [`-- waived require-concurrent-index-creation: ok\n${index}`],
      ['require-concurrent-index-creation', 'waiver'],
    ],
    [
      'with another name',
      [`-- waived lock-tabel: ${reason}\n${index}`],
      ['require-concurrent-index-creation', 'waiver'],
    ],
    [
      'with a misspelling',
      [`-- waive require-concurrent-index-creation: ${reason}\n${index}`],
      ['require-concurrent-index-creation', 'waiver'],
    ],
    ['for a rule that is not broken', [`-- waived lock-table: ${reason}\nSELECT 1`], ['waiver']],
    [
      'after the statement',
      [`${index} -- waived require-concurrent-index-creation: ${reason}`],
      ['require-concurrent-index-creation'],
    ],
    [
      'before another statement',
      [`-- waived require-concurrent-index-creation: ${reason}\nSELECT 1; ${index}`],
      ['require-concurrent-index-creation', 'waiver'],
    ],
    [
      "of squawk's own kind",
      [`-- squawk-ignore require-concurrent-index-creation\n${index}`],
      ['require-concurrent-index-creation'],
    ],
    [
      'twice',
      [`-- waived lock-table: ${reason}\n-- waived rows-under-lock: ${reason}\nLOCK sample`],
      ['waiver'],
    ],
    ['for the block', [`-- waived opaque-block: ${reason}\nDO $$ BEGIN EXECUTE 'SELECT 1'; END $$`], []],
  ])('is disabled only by a valid comment before the statement: %s', async (_, statements, rules) => {
    expect(rulesOf(await broken(statements))).toEqual(rules);
  });

  const rewrite = 'ALTER TABLE sample ADD code char(10) DEFAULT (random())::text::char(10)';
  it.each([
    ['table-rewrite', ['ban-char-field']],
    ['ban-char-field', ['table-rewrite']],
  ])('of another kind is not disabled by a waiver of %s', async (waived, rules) => {
    expect(rulesOf(await broken([`-- waived ${waived}: ${reason}\n${rewrite}`]))).toEqual(rules);
  });

  it.each([
    [
      'writes rows after an ALTER TABLE',
      'ALTER TABLE sample ADD d int; UPDATE sample SET d = a',
      ['rows-under-lock'],
    ],
    [
      'validates a constraint',
      'ALTER TABLE sample ADD CONSTRAINT chk_id CHECK (id > 0) NOT VALID; ALTER TABLE sample VALIDATE CONSTRAINT chk_id',
      ['constraint-missing-not-valid'],
    ],
    [
      'rewrites a table before another statement',
      "ALTER TABLE sample SET UNLOGGED; COMMENT ON TABLE sample IS 'rewritten'",
      ['table-rewrite'],
    ],
  ])('judges a text that %s as one transaction', async (_, text, rules) => {
    expect(rulesOf(await broken([text], { outside: true }))).toEqual(rules);
  });

  it('leaves no transaction open after a text of which a statement failed', async () => {
    await expect(broken(['SELECT 1; SELECT FROM nowhere'], { outside: true })).rejects.toThrow('nowhere');
    expect(queryRunner.isTransactionActive).toBe(false);
  });

  it('finds a statement of a block behind one that ends in a comment', async () => {
    const block = `DO $$ BEGIN ALTER TABLE sample ADD e int -- a number\n; ${index}; END $$`;
    expect(rulesOf(await broken([block]))).toEqual(['require-concurrent-index-creation']);
  });

  it('finds the statement among several in one query, in any script', async () => {
    const found = await broken([
      `COMMENT ON TABLE sample IS 'é;\n\n日本'; SELECT 1;\nLOCK TABLE other; SELECT 'ü'`,
    ]);

    expect(found).toEqual([
      expect.stringMatching(/^lock-table: Statements\w+, up: .* In: LOCK TABLE other$/),
    ]);
  });
});
