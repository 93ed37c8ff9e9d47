// @slow: reads the schema again after each of many changes
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeSchema, namesInSchema, namesOf } from '../../src/schema/catalog/describe-schema.js';
import { compareSchemas, readDrift } from '../../src/schema/drift/compare-schemas.js';
import { expectedSchema } from '../../src/schema/expected-schema.js';
import type { JournalDataSource } from '../../src/index.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { failureOf } from '../support/failure.js';
import { connectOwner } from '../support/owner.js';
import { driftKinds } from './drift-kinds.js';

describe('Drift', () => {
  let database: TestDatabase;
  let owner: JournalDataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await connectOwner(database.settings);
  });
  afterAll(async () => {
    await owner.destroy();
    await database.drop();
  });

  /** Changes the database, describes its drift, and reverts the change. */
  async function after<T>(
    done: readonly string[],
    ask: (runner: Pick<JournalDataSource, 'query'>) => Promise<T>,
  ) {
    const runner = owner.createQueryRunner();
    await runner.startTransaction();
    try {
      for (const statement of done) await runner.query(statement);
      return await ask(runner);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }

  const messages = async (source: Pick<JournalDataSource, 'query'>) =>
    (await readDrift(source)).map(({ message }) => message);

  it('is empty in a migrated database', async () => {
    expect(await readDrift(owner)).toEqual([]);
  });

  it.each(driftKinds)('by $what is reported and named', async ({ done, said }) => {
    expect(await after(done, messages)).toEqual(said);
  });

  it('is absent from a database that was dumped and restored, if a CHECK has BETWEEN and AND', async () => {
    const describe = (runner: Pick<JournalDataSource, 'query'>) =>
      describeSchema(runner, namesOf(expectedSchema));
    const make = (check: string) => `ALTER TABLE users ADD CONSTRAINT chk_users_mine ${check} NOT VALID`;
    const original = await after([make(`CHECK (email BETWEEN 'a' AND 'b' AND id IS NOT NULL)`)], describe);
    const definition = original.relations
      .flatMap(({ constraints }) => constraints)
      .find(({ name }) => name === 'chk_users_mine')?.definition;
    const restored = await after([make(definition?.replace(' NOT VALID', '') ?? '')], describe);

    expect(compareSchemas(original, restored)).toEqual([]);
    expect(restored).toEqual(original);
  });

  it('by a role of the package that owns a table is reported', async () => {
    const said = await after(['ALTER TABLE journal OWNER TO journal_user'], messages);

    expect(said).toContain('table journal: ownedBy is journal_user, should be none');
  });

  it('by an invalid index of an interrupted CREATE INDEX CONCURRENTLY is reported and named', async () => {
    await owner.query(`INSERT INTO users (email) VALUES ('one@example.com'), ('two@example.com')`);
    const broken = owner.query('CREATE UNIQUE INDEX CONCURRENTLY mine ON users (subscription_tier)');
    expect(await failureOf(broken)).toMatchObject({ code: '23505' });
    expect(await messages(owner)).toEqual([
      'unexpected index mine on users: CREATE UNIQUE INDEX mine ON users USING btree (subscription_tier) INVALID',
    ]);

    // The result is equal if the package has an index of this name.
    const expected = await after([], async (runner) => {
      await runner.query('DROP INDEX mine');
      await runner.query('CREATE INDEX mine ON users (subscription_tier)');
      return describeSchema(runner, namesOf(expectedSchema));
    });
    const found = await describeSchema(owner, namesOf(expectedSchema));
    expect(compareSchemas(expected, found).map(({ message }) => message)).toEqual([
      'index mine on users: isUnique is true, should be false',
      'index mine on users: state is INVALID, should be valid',
    ]);
    await owner.query('DROP INDEX mine');
  });

  it("of the package's views and functions, if it had any, is reported and named", async () => {
    const make = [
      'CREATE VIEW live WITH (security_invoker = true) AS SELECT id FROM journal WHERE deleted_at IS NULL',
      `CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * $1'`,
      'REVOKE ALL ON FUNCTION twice FROM PUBLIC',
    ];
    const describeAllNow = async (runner: Pick<JournalDataSource, 'query'>) =>
      describeSchema(runner, await namesInSchema(runner));
    const expected = await after(make, describeAllNow);
    const changed = await after(
      [
        ...make,
        'ALTER VIEW live RESET (security_invoker)',
        'GRANT SELECT ON live TO journal_user',
        'GRANT EXECUTE ON FUNCTION twice TO PUBLIC',
      ],
      describeAllNow,
    );
    const missing = await after([], (runner) => describeSchema(runner, namesOf(expected)));

    expect(compareSchemas(expected, changed).map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^view live: view is AS +SELECT .*, should be WITH \(security_invoker=true\) AS +SELECT/,
      ),
      'function twice(integer): callers are (PUBLIC), should be none',
      'unexpected grant of SELECT on live to journal_user',
    ]);
    expect(compareSchemas(expected, missing).map(({ kind, difference }) => [kind, difference])).toEqual([
      ['view', 'missing'],
      ['function', 'missing'],
    ]);
  });

  it('is reported for each single difference between two descriptions', () => {
    const changes = [...changesOf(expectedSchema)];

    expect(changes.length).toBeGreaterThan(500);
    expect(
      changes
        .filter(({ changed }) => compareSchemas(expectedSchema, changed).length === 0)
        .map(({ at }) => at),
    ).toEqual([]);
  });
});

/** Every variation of this description with one changed value or without one list element. */
function* changesOf(
  description: typeof expectedSchema,
): Generator<{ at: string; changed: typeof expectedSchema }> {
  const text = JSON.stringify(description);
  for (const path of pathsIn(description)) {
    const changed = JSON.parse(text) as typeof expectedSchema;
    const last = path.at(-1) ?? '';
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], changed);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else {
      const record = parent as Record<string, unknown>;
      record[last] = typeof record[last] === 'boolean' ? !record[last] : 'changed';
    }
    yield { at: path.join('.'), changed };
  }
}

function* pathsIn(value: unknown, path: string[] = []): Generator<string[]> {
  if (typeof value !== 'object' || value === null) yield path;
  else {
    for (const [key, part] of Object.entries(value)) yield* pathsIn(part, [...path, key]);
    if (path.length > 1 && /^\d+$/.test(path.at(-1) ?? '')) yield path;
  }
}
