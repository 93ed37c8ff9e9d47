// @slow: starts an application for each test
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { JournalEntry } from '../../../src/index.js';
import { rowTypeParsers } from '../../../src/schema/index.js';
import { putSold, startJournal } from '../../support/database-journal.js';

const { INT8, NUMERIC } = pg.types.builtins;
const types = [INT8, NUMERIC].map(Number);
const byDefault = types.map((type) => pg.types.getTypeParser(type) as (text: string) => unknown);

describe('In a process that lets pg parse decimals and 64-bit integers as numbers', () => {
  beforeEach(() => types.forEach((type) => pg.types.setTypeParser(type, Number)));
  afterEach(() => types.forEach((type, at) => pg.types.setTypeParser(type, byDefault[at] ?? String)));

  it.each([true, false])('amounts are exact texts (fast: %s)', async (fastPath) => {
    const amount = '123456789012.12345678';
    const under = await startJournal({ fastPath });
    try {
      await under.scope.run(await under.newUser(), async () => {
        const { journal, dataSource } = under;
        const first = await journal.append(putSold({ id: 'first', amount }));
        const amended = await journal.amend('first', { notes: 'late' }, { reason: 'note' });
        const removed = await journal.remove(amended.id, { reason: 'twice' });
        const restored = await journal.restore(amended.id);

        for (const entry of [amended, removed, restored])
          expect(entry).toMatchObject({ amount, strike: '180.50000000', recorded: first.recorded });
        expect(await journal.get(restored.id)).toEqual(restored);
        expect(await dataSource.getRepository(JournalEntry).find()).toMatchObject([{ amount }]);
        const sum = 'SELECT sum(amount) AS sum FROM journal WHERE deleted_at IS NULL';
        expect(await dataSource.query(sum)).toEqual([{ sum: amount }]);
        const amounts = 'SELECT array_agg(amount) AS amounts FROM journal WHERE deleted_at IS NULL';
        expect(await dataSource.query(amounts)).toEqual([{ amounts: [amount] }]);
      });
    } finally {
      await under.close();
    }
  });

  it('rowTypeParsers return texts', () => {
    for (const type of types) expect(rowTypeParsers.getTypeParser(type)('1.10')).toBe('1.10');
    const arrays = { '{1.10,NULL}': ['1.10', null], '{2026-01-02}': ['2026-01-02'] };
    for (const [type, text] of [
      [1016, '{1.10,NULL}'],
      [1231, '{1.10,NULL}'],
      [1182, '{2026-01-02}'],
    ] as const)
      expect(rowTypeParsers.getTypeParser(type)(text)).toEqual(arrays[text]);
  });
});
