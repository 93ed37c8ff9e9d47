// @slow: tries each attack of the threat model
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { sectionTable, tablesOf } from '../support/document-tables.js';
import { attackSeparate, attackShared } from './threat-model/attacked.js';
import { byFragments } from './threat-model/fragments.js';
import { importedAllTheSame, importedFiles } from './threat-model/imported-files.js';
import { prevented } from './threat-model/prevented.js';
import type { Applications, Proofs } from './threat-model/proofs.js';
import { parties, protectedThings, setUps, withSeparateLogins } from './threat-model/trust.js';
import { byWholeStatements } from './threat-model/whole-statements.js';
import { withoutSql } from './threat-model/without-sql.js';

const path = 'docs/reference/threat-model.md';
const tables = tablesOf(path);
const notPrevented = { ...byFragments, ...byWholeStatements, ...withoutSql };

/** The tables of the document in order, each with the proofs of its rows. */
const sections: [name: string, proofs: Proofs][] = [
  ['What is protected', protectedThings],
  ['Who is trusted', parties],
  ['The set-ups of logins', setUps],
  ['Separate logins', withSeparateLogins],
  ['What is prevented', prevented],
  ['What is not prevented', notPrevented],
  ['Imported files', importedFiles],
  ['What an imported file can still do', importedAllTheSame],
];

let applications: Applications;

beforeAll(async () => {
  applications = { shared: await attackShared(), separate: await attackSeparate() };
});
afterAll(async () => {
  await applications.shared.close();
  await applications.separate.close();
});

it('The threat model has exactly one proof for each row', () => {
  const rows = tables.map((table) => table.map(([name]) => name));

  expect(rows.map((names) => [...names].sort())).toEqual(
    sections.map(([, proofs]) => Object.keys(proofs).sort()),
  );
});

it('The table of unprevented attempts states correctly what each attempt requires', () => {
  const needs = Object.entries({
    'a fragment': byFragments,
    'a whole statement': byWholeStatements,
    'no SQL': withoutSql,
  }).flatMap(([need, proofs]) => Object.keys(proofs).map((name) => [name, need]));

  const table = sectionTable(path, 'What is not prevented');
  expect(Object.fromEntries(table.map(([name, need]) => [name, need]))).toEqual(Object.fromEntries(needs));
});

describe.each(sections)('%s:', (_section, proofs) => {
  it.each(Object.entries(proofs))('%s', async (_row, proof) => {
    if (typeof proof === 'function') return proof(applications);
    expect(existsSync(proof.file)).toBe(true);
    expect(literalsOf(proof.file)).toContain(proof.title);
  });
});

/** The string literals of a test file: titles, and names of table cases. */
function literalsOf(path: string): Set<string> {
  const literals = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  return literals;
}
