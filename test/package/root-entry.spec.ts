// @slow: starts a process for each test
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import * as root from 'trading-journal-database';
import * as trades from 'trading-journal-database/trades';

/** The packages that a module of `src` and its static imports load. */
function loadedBy(entry: string): Set<string> {
  const packages = new Set<string>();
  const modules = new Set([resolve(entry)]);
  for (const module of modules) {
    const { importedFiles } = ts.preProcessFile(staticImports(readFileSync(module, 'utf8')));
    for (const { fileName } of importedFiles) {
      if (fileName.startsWith('.')) modules.add(resolve(dirname(module), fileName.replace(/\.js$/, '.ts')));
      else packages.add(fileName);
    }
  }
  return packages;
}

/** The compiled source, without types and without imports on first use. */
function staticImports(source: string): string {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      experimentalDecorators: true,
    },
  });
  return outputText.replaceAll(/\bimport\(/g, 'load(');
}

it('importing the package does not load SQLite and modules that only files and commands require', () => {
  const packages = [...loadedBy('src/index.ts')].filter((name) => !name.startsWith('node:'));
  expect(packages.toSorted()).toEqual([
    '@nestjs/common',
    '@nestjs/config',
    '@nestjs/core',
    '@nestjs/typeorm',
    'decimal.js',
    'p-retry',
    'pg',
    'rxjs',
    'typeorm',
    'typeorm/query-builder/SoftDeleteQueryBuilder.js',
    'uuid',
    'zod',
  ]);
});

it('importing the trades alone loads neither Nest nor TypeORM nor pg', () => {
  expect([...loadedBy('src/trades/index.ts')].toSorted()).toEqual(['decimal.js', 'uuid', 'zod']);
});

it('the process that reads an imported file loads neither Nest nor TypeORM nor pg', () => {
  const modules = ['main', 'answers', 'sent-error'].map((name) => `src/browser/import/reader/${name}.ts`);
  const packages = new Set(modules.flatMap((module) => [...loadedBy(module)]));
  expect([...packages].filter((name) => !name.startsWith('node:')).toSorted()).toEqual([
    'decimal.js',
    'lossless-json',
    'luxon',
    'zod',
  ]);
});

it('a command answers `--help` and `--version` without Nest, TypeORM and pg', () => {
  const packages = [...loadedBy('src/cli/main.ts')].filter((name) => !name.startsWith('node:'));
  expect(packages.toSorted()).toEqual(['commander', 'luxon', 'reflect-metadata', 'zod']);
});

/** The names in `export { … }` of a file. */
function exportedBy(path: string): ts.ExportSpecifier[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
  return source.statements.flatMap((statement) => {
    const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
    return clause && ts.isNamedExports(clause) ? [...clause.elements] : [];
  });
}

/** The names of all exports of a file, those of `export *` included. */
function namesExportedBy(path: string): string[] {
  const { NodeNext: module } = ts.ModuleKind;
  const program = ts.createProgram([path], { module, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const symbol = source && checker.getSymbolAtLocation(source);
  return symbol ? checker.getExportsOfModule(symbol).map(({ name }) => name) : [];
}

const nameOf = ({ name }: ts.ExportSpecifier) => name.text;

describe('the deprecated names of the root', () => {
  const deprecated = exportedBy('src/deprecated.ts');

  it('are those of imports, and the former names of trades', () => {
    const ofTrades = namesExportedBy('src/trades/index.ts');
    const ofImports = ['LegacyImport', 'LegacyImportModule', 'LegacyImportService'];
    const names = deprecated.map(nameOf);
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !ofImports.includes(name) && !ofTrades.includes(name))).toEqual([]);
  });

  it('are marked as deprecated, each with its new name or entry point', () => {
    const tags = deprecated.map((specifier) => ts.getJSDocDeprecatedTag(specifier)?.comment);
    expect(tags).not.toContain(undefined);
    for (const tag of tags)
      expect(tag).toMatch(/^(Use `\w+`|Import it from `trading-journal-database\/trades`)\.$/);
  });

  it('are aliases of classes and functions, so that Nest injects one provider for both names', () => {
    const names = deprecated.map(nameOf);
    const kept = Object.entries(trades).filter(([name]) => names.includes(name));
    expect(kept.length).toBeGreaterThan(10);
    expect(root).toMatchObject({
      ...Object.fromEntries(kept),
      LegacyImportService: root.JournalImportService,
      LegacyImportModule: root.JournalImportModule,
    });
  });
});
