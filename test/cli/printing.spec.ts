// @slow: starts a process for each test
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { oneLine, printable } from '../../src/cli/printing.js';
import { table } from '../../src/cli/table.js';
import { legacyDatabase } from '../../src/testing/browser/legacy-database-builder.js';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder } from '../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const command = new JournalDbCommand();

/** C0 control characters except line feed, DEL, and C1 control characters. */
const controls = /[\0-\x09\x0b-\x1f\x7f-\x9f]/;

/** A character, and the text that is printed for it. */
const character = fc.oneof(
  fc
    .constantFrom(...'\0\t\r\x1b\x7f\x80\x9f\u2028\u2029\u202a\u202e\u2066\u2069')
    .map((control) => [control, `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`] as const),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .filter((text) => !/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/.test(text))
    .map((text) => [text, text] as const),
);

describe('a text that is printed', () => {
  it('has its control characters escaped, and keeps all other characters', () => {
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        const text = characters.map(([given]) => given).join('');
        const shown = characters.map(([, printed]) => printed).join('');
        expect(printable(text)).toBe(shown);
        expect(oneLine(text)).toBe(shown.replaceAll('\n', '\\u000a'));
      }),
    );
  });

  it('keeps emoji and letters, and line feeds unless it must be one line', () => {
    expect(printable('a\x1b[31mb\r\n\x9b5m\t🏆é')).toBe('a\\u001b[31mb\\u000d\n\\u009b5m\\u0009🏆é');
    expect(oneLine('a\nb\u202e')).toBe('a\\u000ab\\u202e');
  });

  it('remains JSON with equal values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(printable(JSON.stringify({ text }, null, 2)))).toEqual({ text });
      }),
    );
  });

  it('is one line of a table', () => {
    expect(table(['a'], [['x\nVerified: all\x1b[2J']])).toContain('x\\u000aVerified: all\\u001b[2J');
  });
});

describe('journal-db import', () => {
  const isPrintable = (text: string) => !controls.test(text);

  it('prints no control characters of a file, its tables, its rows and its name', async () => {
    const hostile = await readFile('test/fixtures/hostile/escapes.db');
    const file = await files.writeBytes(hostile, 'name\x1b[31m\x9b\n');
    const environment = { DATABASE_URL: application.url };
    const args = ['import', file, '--user', 'escapes@example.com', '--create-user'];
    const imported = await command.run(args, environment);
    expect(imported).toMatchObject({ code: 0 });
    expect(imported.stdout).toContain('1 row of evil\\u001b[5m');
    expect([imported.stdout, imported.stderr].every(isPrintable)).toBe(true);
    const again = await command.run([...args, '--json'], environment);
    expect(isPrintable(again.stdout)).toBe(true);
    expect(JSON.parse(again.stdout)).toMatchObject({ file, notImported: [{ table: 'evil\x1b[5m' }] });
    const gone = await command.run(['import', `${file}\x1b`, '--user', 'escapes@example.com'], environment);
    expect(gone.stderr).toMatch(/\\u000a\S*\\u001b: Cannot read .* the file does not exist/);
    expect(isPrintable(gone.stderr)).toBe(true);
  });

  it('prints an error of a file with names of several lines in one line', async () => {
    const other = await legacyDatabase((db) => db.run('CREATE TABLE "x\nVerified: all" (a)'));
    const args = ['import', await files.writeBytes(other), '--user', 'escapes@example.com'];
    const { stderr } = await command.run(args, { DATABASE_URL: application.url });
    expect(stderr).toContain('(it has x\\u000aVerified: all)');
  });
});
