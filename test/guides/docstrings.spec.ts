// @slow: compiles the examples of all docstrings
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as openapi from '../../src/openapi/index.js';
import * as root from '../../src/index.js';
import * as schema from '../../src/schema/index.js';
import * as testing from '../../src/testing/index.js';
import * as trades from '../../src/trades/index.js';
import { compile } from '../support/compile.js';

const folder = 'test/guides';

/** The names that the examples use without declaring them. */
const declarations = `
import type { Dialect, Kysely as KyselyClass } from 'kysely';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { MigrationInterface } from 'typeorm';
import type { SignedInRequest as Signed } from '../../docs/guides/feature-module/signed-in/signed-in.guard.js';
import type * as root from '../../src/index.js';
import type * as schema from '../../src/schema/index.js';
${importsOf({ trades, schema, testing, openapi, root })}
declare global {
  type DecimalString = root.DecimalString;
  type NewEntry = root.NewEntry;
  type DatabaseSettings = root.DatabaseSettings;
  type KyselyTables = schema.KyselyTables;
  type SignedInRequest = Signed;
  type TestDatabase = import('../../src/testing/index.js').TestDatabase;

  const accounts: root.AccountsRepository;
  const cash: root.CashReadModel;
  const deletion: root.UserDeletionService;
  const importer: root.JournalImportService;
  const journal: root.JournalRepository;
  const legacy: root.LegacyReadModel;
  const schema: root.SchemaStatusService;
  const positions: root.OptionPositionsReadModel;
  const profits: root.ProfitReadModel;
  const shareLots: root.ShareLotsReadModel;
  const userScope: root.UserScope;
  const scope: root.UserScope;
  const users: root.UsersRepository;
  const queryRunner: import('typeorm').QueryRunner;

  const connectionString: string;
  const dialect: Dialect;
  const email: string;
  const entry: root.JournalEntry;
  const error: unknown;
  const password: string;
  const passwordHash: string;
  const response: import('express').Response;
  const signal: AbortSignal;
  const sold: root.NewEntry;
  const bought: root.NewEntry;
  const ts: Date;
  const url: string;
  const user: root.User;
  const userId: string;
  const app: import('@nestjs/common').INestApplication;
  const config: Omit<OpenAPIObject, 'paths'>;
  const document: OpenAPIObject;
  class AddAlerts20270111090000 implements MigrationInterface {
    up(runner: import('typeorm').QueryRunner): Promise<void>;
    down(runner: import('typeorm').QueryRunner): Promise<void>;
  }
  class DatabaseConfiguration implements root.DatabaseOptionsFactory {
    createDatabaseOptions(): root.DatabaseOptions;
  }
  class SecretStore {
    get(name: string): Promise<string>;
  }
  function conflict(): void;
  function entriesOfBackup(): AsyncIterable<root.EntryRecord>;
  function hash(password: string): Promise<string>;
  function write(entry: root.JournalEntry): Promise<void>;
  const reports: { write(): Promise<void> };

  const Kysely: typeof KyselyClass;
  const Pool: typeof import('pg').Pool;
  const ApiOkResponse: typeof import('@nestjs/swagger').ApiOkResponse;
  const ConfigModule: typeof import('@nestjs/config').ConfigModule;
  const Inject: typeof import('@nestjs/common').Inject;
  const SwaggerModule: typeof import('@nestjs/swagger').SwaggerModule;
  const afterAll: typeof import('@jest/globals').afterAll;
  const beforeAll: typeof import('@jest/globals').beforeAll;
  const expect: typeof import('@jest/globals').expect;
  const switchMap: typeof import('rxjs').switchMap;
  const writeFile: typeof import('node:fs/promises').writeFile;
}
`;

/** Declares the exports of the package's entries. The root repeats names of the others. */
function importsOf(entries: Readonly<Record<string, object>>): string {
  const declared = new Map<string, string>();
  for (const [entry, names] of Object.entries(entries)) {
    const path = `../../src/${entry === 'root' ? '' : `${entry}/`}index.js`;
    for (const name of Object.keys(names))
      if (!declared.has(name)) declared.set(name, `const ${name}: typeof import('${path}').${name};`);
  }
  return `declare global {\n${[...declared.values()].join('\n')}\n}`;
}

/** The examples of a file: the fenced blocks of its docstrings, and the texts of `@example`. */
function examplesOf(path: string): [place: string, text: string][] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^ *\/\*\*\n([\s\S]*?)^ *\*\/$/gm)].flatMap(({ 1: lines = '', index }) => {
    const comment = lines.replaceAll(/^ *\* ?/gm, '');
    const place = `${path}:${text.slice(0, index).split('\n').length}`;
    const fenced = [...comment.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
    const [, plain = ''] =
      /^@example\n((?!```)[\s\S]*?)(?=^@(?:throws|param|returns|remedy|deprecated)|(?![\s\S]))/m.exec(
        comment,
      ) ?? [];
    return [...fenced, plain].filter((code) => code !== '').map((code): [string, string] => [place, code]);
  });
}

/** An example as a module: in a class if it is a member, in a function if it is statements. */
function moduleOf(code: string): string {
  if (code.startsWith('export ')) return code;
  if (/^constructor\(/.test(code)) return `export class Example {\n${code}\n}`;
  if (code.startsWith('@')) return `export class Example {\n${code}\nmethod() {}\n}`;
  const self = '{ journal: typeof journal; changes: import("rxjs").Observable<void> }';
  return `export async function example(this: ${self}) {\n${code}\n}`;
}

const examples = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => examplesOf(join('src', name)));

describe('the examples of the docstrings', () => {
  it('number more than 60', () => expect(examples.length).toBeGreaterThan(60));

  it('compile', () => {
    const files = examples.map(([place, code], index): [string, string, string] => [
      place,
      `${folder}/example-${index}.ts`,
      moduleOf(code),
    ]);
    const problems = compile({
      ...Object.fromEntries(files.map(([, path, text]) => [path, text])),
      [`${folder}/names-of-examples.ts`]: declarations,
    });
    // TypeScript reports the names that an example declares and does not use.
    const shown = ({ 1: path, 0: place }: [string, string, string]) =>
      (problems[path] ?? [])
        .filter((text) => !/is declared but|All destructured/.test(text))
        .map((text) => `${place} ${text}`);
    expect(problems[`${folder}/names-of-examples.ts`]).toEqual([]);
    expect(files.flatMap(shown)).toEqual([]);
  });
});
