// @slow 30 s: runs the benchmark with each contender
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { check } from '../../bench/src/check/check.js';
import type { Contender } from '../../bench/src/contenders/contender.js';
import { loadContender } from '../../bench/src/contenders/load-contender.js';
import type { Loaded } from '../../bench/src/contenders/load-contender.js';
import { contenderNames, scoped } from '../../bench/src/contenders/names.js';
import type { ContenderName } from '../../bench/src/contenders/names.js';
import { chooseMaterial } from '../../bench/src/database/material.js';
import type { Material } from '../../bench/src/database/material.js';
import { seed } from '../../bench/src/database/seed.js';
import { sizes } from '../../bench/src/database/size.js';
import type { Filter } from '../../bench/src/model/entry.js';
import { measure } from '../../bench/src/measuring/measure.js';
import { writeJournalFiles } from '../../bench/src/model/journal-file.js';
import { workNames, works } from '../../bench/src/works/works.js';
import type { WorkName } from '../../bench/src/works/works.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { as, createLogin, dropLogin } from '../support/isolation.js';
import { until } from '../support/until.js';

// The benchmark installs more libraries than the project. Its command `npm run check` tries the
// contenders whose libraries are missing here.
const loaded = new Map<ContenderName, Loaded>();
for (const name of contenderNames) loaded.set(name, await loadContender(name));
const present = contenderNames.filter((name) => 'open' in (loaded.get(name) ?? {}));

/** The operations that a contender does not implement. */
const lacking: Partial<Record<ContenderName, readonly WorkName[]>> = {
  pg: ['load', 'import'],
  'pg-isolated': ['load', 'import'],
  journal: [],
  'journal-plain': [],
  'journal-repository': ['append', 'deep', 'totals', 'load', 'import', 'export'],
  'typeorm-insert': ['newest', 'filtered', 'filtered-heavy', 'deep', 'totals', 'get', 'import'],
};

let database: TestDatabase;
let login: string;
let folder: string;
let material: Material;

const otherSessions = `SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`;

beforeAll(async () => {
  database = await createTestDatabase();
  // NOINHERIT: a contender that does not set the role has no privileges, and fails.
  login = await createLogin('NOINHERIT IN ROLE journal_user, journal_auth');
  folder = await mkdtemp(join(tmpdir(), 'journal-bench-'));
  material = await asSuperuser(async (client) => {
    await seed(client, sizes.tiny);
    const files = await writeJournalFiles(folder, sizes.tiny.imported);
    return { ...(await chooseMaterial(client, sizes.tiny)), files };
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  // A pool of pg has ended before its sessions have. A forced drop would end these sessions with an
  // error that nothing handles.
  await asSuperuser((client) => until(async () => (await client.query(otherSessions)).rowCount === 0));
  await database.drop();
  await dropLogin(login);
});

it('tries every contender whose library is installed', () => {
  expect(present).toEqual(
    expect.arrayContaining([
      ...['pg', 'pg-isolated', 'journal', 'journal-plain'],
      ...['typeorm', 'typeorm-insert', 'kysely'],
    ]),
  );
  const absent = [...loaded.values()].filter((each) => 'absent' in each);
  expect(absent.filter(({ isNotInstalled }) => !isNotInstalled)).toEqual([]);
});

it('tries filters that match entries, and pages that begin between entries of one instant', async () => {
  const { heavy, heavyFilters, filters, positions } = material;
  const passing = ({ symbol, type, from, to }: Filter, userId: string) =>
    counted(`user_id = $1 AND symbol = $2 AND type = $3 AND ts BETWEEN $4 AND $5`, [
      userId,
      symbol,
      type,
      from,
      to,
    ]);
  const counts = [];
  for (const { userId, filter } of filters) counts.push(await passing(filter, userId));
  for (const filter of heavyFilters) counts.push(await passing(filter, heavy));

  expect(Math.min(...counts)).toBeGreaterThan(0);
  // The number of positions that the check tries.
  const instants = positions.slice(0, 5).map(({ ts }) => ts.getTime());
  expect(new Set(instants).size).toBeLessThan(5);
});

describe.each(present)('the contender %s', (name) => {
  let contender: Contender;

  beforeAll(async () => {
    contender = await open(name);
  });

  afterAll(() => contender.close());

  it('reads the rows of the table, and writes the given entries', async () => {
    expect(await asSuperuser((client) => check(contender, material, client))).toEqual([]);
  });

  it('repeats each of its operations, also concurrently', async () => {
    const done: WorkName[] = [];
    for (const work of workNames) {
      const operation = await works[work].prepare(contender, material);
      if (operation === undefined) continue;
      const operations = 'once' in works[work] ? 1 : 100;
      const turn = await measure(operation, 16, { operations });
      expect(turn.operations).toBe(operations);
      done.push(work);
    }
    expect(done).toEqual(workNames.filter((work) => !(lacking[name] ?? ['import']).includes(work)));
  });
});

describe('the check', () => {
  it.each<[string, (pg: Contender) => Contender]>([
    [
      'newest page',
      (pg) => ({ ...pg, newestPage: async (user) => ((await pg.newestPage?.(user)) ?? []).slice(1) }),
    ],
    ['append of invalid entries', (pg) => ({ ...pg, append: (user, trade) => oneByOne(pg, user, trade) })],
    [
      'totals',
      (pg) => ({ ...pg, totals: () => Promise.resolve({ count: 1, inflow: '1', outflow: '0', net: '1' }) }),
    ],
    [
      'insert',
      (pg) => ({ ...pg, insert: (user, entry) => inserted(pg, user, { ...entry, amount: '312.01' }) }),
    ],
  ])('reports a contender whose result differs: %s', async (work, different) => {
    const pg = await open('pg');
    const differences = await asSuperuser((client) => check(different(pg), material, client));
    await pg.close();
    expect(differences.join('\n')).toMatch(new RegExp(`^${work}, place`));
  });
});

async function open(name: ContenderName): Promise<Contender> {
  const module = loaded.get(name);
  if (module === undefined || !('open' in module)) throw new Error(`${name} cannot be loaded`);
  const url = scoped.includes(name) ? as(database.url, login) : database.url;
  const contender = await module.open(url, { poolSize: 10 });
  // Both use libraries that only the benchmark installs.
  const isByHand = name === 'pg' || name === 'pg-isolated';
  return isByHand ? { ...contender, load: undefined, importFile: undefined } : contender;
}

async function counted(where: string, values: unknown[]): Promise<number> {
  const { rows } = await asSuperuser((client) =>
    client.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM journal WHERE deleted_at IS NULL AND ${where}`,
      values,
    ),
  );
  return rows[0]?.count ?? 0;
}

function asSuperuser<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return onServer(database.url, work);
}

type Insert = NonNullable<Contender['insert']>;

function inserted(pg: Contender, ...[user, entry]: Parameters<Insert>): ReturnType<Insert> {
  if (pg.insert === undefined) throw new Error('pg inserts');
  return pg.insert(user, entry);
}

async function oneByOne(pg: Contender, user: string, trade: readonly Parameters<Insert>[1][]) {
  const stamps = [];
  for (const entry of trade) stamps.push(await inserted(pg, user, entry));
  return stamps;
}
