import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { Contender } from '../contenders/contender.js';
import type { Material } from '../database/material.js';
import type { Stamps } from '../model/entry.js';
import { newEntry, newJournal, newTrade, timeZone, typedJournal } from '../model/new-entries.js';
import { normalEntry, normalRow, normalTotals } from '../model/normal-form.js';
import { digestOf, Expected } from './expected.js';

/** Number of users, filters, keys and positions to try. */
const samples = 5;
const loaded = 2_500;

/**
 * Runs each operation of a contender once and compares the results with the rows of the table. The
 * written rows belong to separate users.
 *
 * @returns the differences; empty if all results are right
 */
export async function check(contender: Contender, material: Material, superuser: Client): Promise<string[]> {
  const differences = new Differences();
  await checkReads(contender, material, new Expected(superuser), differences);
  await checkWrites(contender, superuser, differences);
  await checkImport(contender, material, superuser, differences);
  return differences.found;
}

async function checkReads(
  contender: Contender,
  material: Material,
  expected: Expected,
  differences: Differences,
): Promise<void> {
  const { newestPage, filteredPage, pageAfter, totals, get, export: exported } = contender;
  const { heavy, heavyFilters } = material;
  const filters = [
    ...material.filters.slice(0, samples),
    ...heavyFilters.slice(0, samples).map((filter) => ({ userId: heavy, filter })),
  ];
  for (const user of newestPage ? material.users.slice(0, samples) : []) {
    const rows = (await newestPage?.(user)) ?? [];
    differences.compare('newest page', rows.map(normalRow), await expected.newestPage(user));
  }
  for (const { userId, filter } of filteredPage ? filters : []) {
    const rows = (await filteredPage?.(userId, filter)) ?? [];
    differences.compare('filtered page', rows.map(normalRow), await expected.filteredPage(userId, filter));
  }
  for (const position of pageAfter ? material.positions.slice(0, samples) : []) {
    const rows = (await (await pageAfter?.(heavy, position))?.()) ?? [];
    differences.compare('deep page', rows.map(normalRow), await expected.pageAfter(heavy, position));
  }
  for (const { userId, id } of get ? material.keys.slice(0, samples) : []) {
    const row = await get?.(userId, id);
    differences.compare('get', row ? [normalRow(row)] : [], await expected.get(userId, id));
  }
  for (const user of totals ? [material.totals, heavy] : []) {
    const sums = await totals?.(user);
    differences.compare('totals', sums ? [normalTotals(sums)] : [], [await expected.totals(user)]);
  }
  if (exported) {
    const rows: string[] = [];
    await exported(heavy, (row) => rows.push(normalRow(row)));
    differences.compare('export', [digestOf(rows)], [digestOf(await expected.export(heavy))]);
  }
}

async function checkWrites(contender: Contender, superuser: Client, differences: Differences): Promise<void> {
  const { insert, append, load } = contender;
  const expected = new Expected(superuser);
  const user = await newUser(superuser);
  if (insert) {
    const entry = newEntry();
    const stamps = await insert(user, entry);
    differences.compare('insert', await expected.get(user, entry.id), [normalEntry(user, entry)]);
    differences.compare('insert', [stampsOf(stamps)], await storedStamps(superuser, user, [entry.id]));
  }
  if (append) {
    const trade = newTrade();
    const ids = trade.map(({ id }) => id);
    const stamps = await append(user, trade);
    const stored: string[] = [];
    for (const id of ids) stored.push(...(await expected.get(user, id)));
    differences.compare(
      'append',
      stored,
      trade.map((entry) => normalEntry(user, entry)),
    );
    differences.compare('append', stamps.map(stampsOf), await storedStamps(superuser, user, ids));
    const [first, second] = newTrade();
    if (first === undefined || second === undefined) throw new Error('a trade has entries');
    // The second entry violates a constraint of the table or a check of the contender.
    const refused = await append(user, [first, { ...second, accountId: 'missing' }]).then(
      () => 'accepted',
      () => 'refused',
    );
    differences.compare('append of invalid entries', [refused], ['refused']);
    differences.compare('append of invalid entries', await expected.get(user, first.id), []);
  }
  if (load) {
    const loader = await newUser(superuser);
    const journal = newJournal(loaded);
    await load(loader, journal);
    const newestFirst = journal.map((entry) => normalEntry(loader, entry)).reverse();
    differences.compare('load', [digestOf(await expected.export(loader))], [digestOf(newestFirst)]);
  }
}

async function checkImport(
  { importFile }: Contender,
  { files }: Material,
  superuser: Client,
  differences: Differences,
): Promise<void> {
  if (importFile === undefined || files === undefined) return;
  const user = await newUser(superuser);
  await importFile(user, files.full);
  const newestFirst = typedJournal(files.entries).sort(
    (one, other) => +other.ts - +one.ts || (one.id < other.id ? 1 : -1),
  );
  const wanted = newestFirst.map((entry) => normalEntry(user, entry));
  differences.compare('import', await new Expected(superuser).export(user), wanted);
  const { rows } = await superuser.query<{ wrong: string }>(
    `SELECT count(*)::text AS wrong FROM journal WHERE user_id = $1 AND day IS DISTINCT FROM (ts AT TIME ZONE $2)::date`,
    [user, timeZone],
  );
  differences.compare('import: days', [rows[0]?.wrong ?? ''], ['0']);
}

class Differences {
  readonly found: string[] = [];

  compare(what: string, actual: readonly string[], wanted: readonly string[]): void {
    const place = Array.from({ length: Math.max(actual.length, wanted.length) }, (_, index) => index).find(
      (index) => actual[index] !== wanted[index],
    );
    if (place === undefined) return;
    this.found.push(`${what}, place ${place}:\n  is     ${actual[place]}\n  wanted ${wanted[place]}`);
  }
}

async function newUser(superuser: Client): Promise<string> {
  const id = randomUUID();
  await superuser.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`]);
  await superuser.query(`INSERT INTO accounts (user_id, id, name) VALUES ($1, 'acct-1', 'Primary')`, [id]);
  return id;
}

async function storedStamps(superuser: Client, userId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await superuser.query<Stamps>(
    `SELECT created_at AS "createdAt", updated_at AS "updatedAt"
     FROM unnest($2::text[]) WITH ORDINALITY AS wanted(id, place)
     JOIN journal ON user_id = $1 AND journal.id = wanted.id ORDER BY place`,
    [userId, ids],
  );
  return rows.map(stampsOf);
}

function stampsOf({ createdAt, updatedAt }: Stamps): string {
  return `${createdAt.toISOString()} ${updatedAt.toISOString()}`;
}
