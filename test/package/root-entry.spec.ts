import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

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

it('importing the package loads neither SQLite nor what only files and commands need', () => {
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
    'uuid',
    'zod',
  ]);
});
