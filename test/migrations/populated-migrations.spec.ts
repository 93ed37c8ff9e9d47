// @slow: migrates many rows up and down
import { expect, it } from '@jest/globals';
import { migrations } from '../../src/index.js';
import { withEmptyDatabase } from '../support/migrated.js';
import { migrateUpTo, revertLast, withQuery } from '../support/partly-migrated.js';
import { extremes, populate, users, valuesOf } from '../support/populated-journal.js';

it('The migrations keep every row, byte for byte in the permanent columns, up, down and up again', async () => {
  await withEmptyDatabase(async ({ settings }) => {
    await migrateUpTo(settings, 1);
    const entries = 200;
    await withQuery(settings, (query) => populate(query, entries));
    const kept = await withQuery(settings, valuesOf);
    expect(kept.size).toBeGreaterThan(25);
    expect(kept.get('journal.amount')).toHaveLength(users * (entries + extremes));

    const stayed = new Set(kept.keys());
    const check = async () => {
      const found = await withQuery(settings, valuesOf);
      for (const column of stayed) if (!found.has(column)) stayed.delete(column);
      for (const column of stayed) expect([column, found.get(column)]).toEqual([column, kept.get(column)]);
      for (const table of ['users.id', 'accounts.id', 'journal.id']) expect(stayed).toContain(table);
    };
    const ways = Array.from({ length: migrations.length - 1 }, (_, index) => index + 2);
    for (const count of ways) await migrateUpTo(settings, count).then(check);
    for (const count of ways.toReversed()) await revertLast(settings, count).then(check);
    expect([...(await withQuery(settings, valuesOf)).keys()].sort()).toEqual([...kept.keys()].sort());
    await migrateUpTo(settings, migrations.length).then(check);
  });
});
