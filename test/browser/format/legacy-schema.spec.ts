import { describe, expect, it } from '@jest/globals';
import { legacyDatabase } from '../../../src/testing/browser/legacy-database-builder.js';
import { legacySchema } from '../../../src/browser/format/legacy-schema.js';
import { firstSchema } from '../../support/legacy-journals.js';
import { PseudoRandom } from '../../../src/testing/samples/pseudo-random.js';

describe('the legacy schema', () => {
  it('has the tables and views of the browser application', () => {
    const names = legacySchema.map((statement) => statement.split(/[\s(]/)[2]);
    expect(names.filter((name) => !name?.startsWith('idx_'))).toEqual([
      'accounts',
      'symbols',
      'journal',
      'v_weekly_premium',
      'v_cost_basis',
      'ticker_min_strikes',
    ]);
  });

  it.each([
    ['newest', legacySchema, true],
    ['first', firstSchema, false],
  ] as const)('creates a database in its %s version', async (_, schema, later) => {
    await legacyDatabase((db) => {
      for (const statement of schema) db.run(statement);
      db.insert('journal', { id: 'e-1', ts: '2025-01-02', account_id: 'gone', type: 'fee', amount: -1 });
      db.run(
        'CREATE TABLE weekly AS SELECT * FROM v_weekly_premium; CREATE TABLE cost AS SELECT * FROM v_cost_basis',
      );
    });
    expect(schema.join('').includes('deleted_at')).toBe(later);
    expect(schema.join('').includes('ticker_min_strikes')).toBe(later);
  });
});

describe('the pseudo-random numbers', () => {
  it('equal those of mulberry32', () => {
    const random = new PseudoRandom(1);
    const first = Array.from({ length: 3 }, () => random.next() * 2 ** 32);
    expect(first).toEqual([2_693_262_067, 11_749_833, 2_265_367_787]);
  });

  it('stay within their bounds', () => {
    const random = new PseudoRandom(2);
    const drawn = new Set(Array.from({ length: 200 }, () => random.integer(-1, 1)));
    expect([...drawn].sort()).toEqual([-1, 0, 1].sort());
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b'])))).toEqual(new Set(['a', 'b']));
    expect(random.bytes(16)).toHaveLength(16);
  });
});
