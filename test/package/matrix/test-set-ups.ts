import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeApplication } from './installation.js';
import type { ModuleFormat } from './installation.js';

const guides = resolve(import.meta.dirname, '..', '..', '..', 'docs', 'guides');

export type SetUpName = 'Jest' | 'Jest without ESM' | 'Vitest';

/** The sections of the guide to the tests that make up each set-up; a later one replaces files. */
const sections: Record<SetUpName, string[]> = {
  Jest: ['The test', 'Jest'],
  'Jest without ESM': ['The test', 'Jest', 'Jest without ESM'],
  Vitest: ['The test', 'Vitest'],
};

/** Copies the application of the guide, with its changes for CommonJS and NestJS 11. */
export async function guideApplication(folder: string, format: ModuleFormat, nest: 11 | 12): Promise<void> {
  await makeApplication(folder, join(guides, 'feature-module'), format);
  // The declarations of @nestjs/graphql name packages that an application need not have.
  await rm(join(folder, 'src', 'graphql'), { recursive: true });
  const changes = [...(format === 'commonjs' ? ['CommonJS'] : []), ...(nest === 11 ? ['NestJS 11'] : [])];
  for (const section of changes) {
    for (const [path, text] of await namedBlocks('feature-module.md', section))
      await writeFile(join(folder, path), text);
  }
  if (nest === 12) return;
  for (const file of await readdir(join(folder, 'src'), { recursive: true })) {
    if (!/\.(controller|module)\.ts$/.test(file)) continue;
    const text = await readFile(join(folder, 'src', file), 'utf8');
    await writeFile(join(folder, 'src', file), forNest11(text));
  }
}

/** Writes the files that the guide names, and returns the arguments of Node that run the tests. */
export async function setUp(folder: string, name: SetUpName): Promise<{ command: string[] }> {
  let script = '';
  for (const section of sections[name]) {
    for (const [path, text] of await namedBlocks('testing.md', section)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      const runner = name === 'Vitest' ? text.replace(`'@jest/globals'`, `'vitest'`) : text;
      await writeFile(join(folder, path), runner);
    }
    script = /"test:e2e": "(.+)"/.exec(await sectionOf('testing.md', section))?.[1] ?? script;
  }
  // The application is below the folder that has the packages.
  const inPackages = (path: string) => join(dirname(folder), 'node_modules', path);
  const command = script
    .replace(/^vitest /, `${inPackages('vitest/vitest.mjs')} `)
    .replace('node_modules/jest/bin/jest.js', inPackages('jest/bin/jest.js'))
    .replace(/^jest /, `${inPackages('jest/bin/jest.js')} `)
    .replace(/^node /, '')
    .split(' ');
  if (!command.some((argument) => existsSync(argument)))
    throw new Error(`the guide has no command for ${name}`);
  return { command };
}

/** Blocks of code that begin with a comment of a path. */
async function namedBlocks(guide: string, section: string): Promise<[path: string, text: string][]> {
  const blocks = (await sectionOf(guide, section)).matchAll(/^```\w+\n\/\/ (\S+)\n([\s\S]*?)^```$/gm);
  const named = [...blocks].map(([, path = '', text = '']): [string, string] => [path, text]);
  if (named.length === 0) throw new Error(`the section ${section} of ${guide} has no files`);
  return named;
}

async function sectionOf(guide: string, title: string): Promise<string> {
  const text = await readFile(join(guides, guide), 'utf8');
  const section = text.split(/^##+ /m).find((part) => part.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`${guide} has no section ${title}`);
  return section;
}

/** Uses the guide's `SchemaPipe` instead of the validation that NestJS 12 added. */
function forNest11(text: string): string {
  const piped = text
    .replace(', StandardSchemaValidationPipe', '')
    .replace(/\n.*provide: APP_PIPE.*/, '')
    .replace(', APP_PIPE', '')
    .replaceAll(/@(Body|Query)\(\{ schema: (\w+) \}\)/g, '@$1(new SchemaPipe($2))');
  return piped.includes('SchemaPipe') ? `import { SchemaPipe } from '../schema.pipe.js';\n${piped}` : piped;
}
