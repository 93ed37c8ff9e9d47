// @slow: compiles generated types
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { rowTypeParsers } from 'trading-journal-database/schema';
import type { JournalRow, NewJournalRow } from 'trading-journal-database/schema';
import { KyselyJournal } from '../../docs/guides/schema-types/kysely-journal.js';
import { entryColumns } from '../../src/model/entry-column.js';
import { compile } from '../support/compile.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { as, createLogin, dropLogin } from '../support/isolation.js';

const read = (path: string) => readFileSync(path, 'utf8');
const proof = 'test/schema/entity-rows.ts';
const rows = 'src/schema/rows.ts';
const program = 'docs/guides/schema-types/kysely-journal.ts';

/** Changes of `JournalRow` that make it differ from `JournalEntry`. */
const wrongRows: [name: string, column: string, changed: string][] = [
  ['a column more', '  notes: string | null;', '  notes: string | null;\n  remarks: string | null;'],
  ['a column less', '  notes: string | null;', ''],
  ['a column of another name', '  edited_by: string | null;', '  editor: string | null;'],
  ['a column that may not be null', '  qty: DecimalString | null;', '  qty: DecimalString;'],
  ['a column that may be null', '  amount: DecimalString;', '  amount: DecimalString | null;'],
  ['a column of a wider type', '  amount: DecimalString;', '  amount: string;'],
  ['a column of another type', '  expiration: string | null;', '  expiration: Date | null;'],
];

/** Mistakes in the program, and the expected compiler errors. */
const wrongPrograms: [name: string, right: string, wrong: string, message: RegExp][] = [
  ['an unknown table', `insertInto('journal')`, `insertInto('journals')`, /'"journals"' is not assignable/],
  ['an unknown column', `'deleted_at', 'is'`, `'removed_at', 'is'`, /'"removed_at"' is not assignable/],
  [
    'a number for an amount',
    'values(entry)',
    'values({ ...entry, amount: 1.5 })',
    /'number' is not assignable/,
  ],
  [
    'an unknown type of entry',
    'values(entry)',
    `values({ ...entry, type: 'gift' })`,
    /'"gift"' is not assignable/,
  ],
  [
    'a missing column',
    'values(entry)',
    `values({ user_id: '', id: '' })`,
    /missing the following properties/,
  ],
  ['a Date for a day', `'expiration', '=', day`, `'expiration', '=', new Date()`, /'Date' is not assignable/],
];

const nullableColumns = entryColumns.filter(({ isNullable }) => isNullable);

const rowsNumber = (number: number) => `src/schema/mutant-${number}.ts`;
const proofNumber = (number: number) => `test/schema/mutant-${number}.ts`;
const programNumber = (number: number) => `docs/guides/schema-types/mutant-${number}.ts`;

describe('The types of the rows', () => {
  let found: Record<string, string[]>;

  // Compiles all at once, because each compilation reads the libraries.
  beforeAll(() => {
    const start = read(rows).indexOf('export interface JournalRow {');
    const [before, journal] = [read(rows).slice(0, start), read(rows).slice(start)];
    const texts: Record<string, string> = { [proof]: read(proof), [program]: read(program) };
    for (const [number, [, column, changed]] of wrongRows.entries()) {
      texts[rowsNumber(number)] = before + replaced(journal, column, changed);
      texts[proofNumber(number)] = replaced(read(proof), 'schema/rows.js', `schema/mutant-${number}.js`);
    }
    for (const [number, [, right, wrong]] of wrongPrograms.entries())
      texts[programNumber(number)] = replaced(read(program), right, wrong);
    found = compile(texts);
  });

  it('equal those of the entities, and compile with Kysely', () => {
    expect([found[proof], found[program]]).toEqual([[], []]);
  });

  it.each([...wrongRows.entries()].map(([number, [name]]) => [name, number] as const))(
    'would differ from those of the entities with %s',
    (_, number) => {
      expect(found[rowsNumber(number)]).toEqual([]);
      expect(found[proofNumber(number)]).toEqual([
        `Type 'true' is not assignable to type '"differs from src/schema/rows.ts: run npm run schema:generate"'.`,
      ]);
    },
  );

  it.each(
    [...wrongPrograms.entries()].map(([number, [name, , , message]]) => [name, number, message] as const),
  )('cause Kysely to reject %s', (_, number, message) => {
    expect(found[programNumber(number)]?.join('\n')).toMatch(message);
  });
});

function replaced(text: string, part: string, by: string): string {
  if (!text.includes(part)) throw new Error(`"${part}" is not there to be replaced`);
  return text.replace(part, by);
}

describe('A program without TypeORM', () => {
  let under: JournalUnderTest;
  let login: string;
  let url: string;
  let userId: string;
  let entry: NewJournalRow;

  beforeAll(async () => {
    under = await startJournal();
    login = await createLogin();
    url = as(under.url, login);
    userId = await under.newUser();
    entry = {
      user_id: userId,
      id: 'kysely-1',
      ts: new Date('2026-01-05T15:30:00.123Z'),
      account_id: 'acct-1',
      type: 'sell_to_open',
      symbol: 'AAPL',
      qty: '2',
      amount: '260.41309812',
      strike: '180.5',
      expiration: '2026-01-16',
      meta: { leg: 'put' },
      day: null,
      recorded: '1767627000123000',
    };
  });
  afterAll(async () => {
    await under.close();
    await dropLogin(login);
  });

  it('appends and reads by Kysely with the types of the schema, in the scope of a user', async () => {
    const journal = new KyselyJournal(url);
    try {
      const { created_at, updated_at, ...stored } = await journal.append(entry);

      expect(stored).toEqual({
        ...Object.fromEntries(nullableColumns.map(({ name }) => [name, null])),
        ...entry,
        ...{ qty: '2.00000000', strike: '180.50000000' },
      });
      expect([created_at, updated_at]).toEqual([expect.any(Date), expect.any(Date)]);
      expect(await journal.expiringOn(userId, '2026-01-16')).toEqual([
        { id: 'kysely-1', strike: '180.50000000', amount: '260.41309812' },
      ]);
      expect(await journal.expiringOn(await under.newUser(), '2026-01-16')).toEqual([]);
    } finally {
      await journal.close();
    }
  });

  it('reads rows of the declared types by pg with rowTypeParsers, and a day in local time without them', async () => {
    const readRow = async (types?: typeof rowTypeParsers) => {
      const client = new pg.Client({ connectionString: under.url, ...(types && { types }) });
      await client.connect();
      const { rows: found } = await client.query<JournalRow>(`SELECT * FROM journal WHERE id = 'kysely-1'`);
      await client.end();
      return found[0];
    };
    const typed = await readRow(rowTypeParsers);
    const untyped = await readRow();

    expect(typed).toMatchObject({
      ts: entry.ts,
      amount: '260.41309812',
      expiration: '2026-01-16',
      meta: { leg: 'put' },
    });
    expect(untyped?.expiration).toEqual(new Date(2026, 0, 16));
  });
});
