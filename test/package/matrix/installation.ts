import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { succeed } from '../../support/run-command.js';
import type { Tarball } from '../consumer-application.js';

const repository = resolve(import.meta.dirname, '..', '..', '..');

export type ModuleFormat = 'commonjs' | 'module';

/** Installs the tarball and these packages. The peer ranges of all packages must agree. */
export async function install(
  folder: string,
  tarball: Tarball,
  packages: Record<string, string>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const dependencies = { ...packages, 'trading-journal-database': `file:${tarball.file}` };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await succeed('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
}

/**
 * Creates an application from these sources in a folder below an installation, whose packages it
 * uses.
 */
export async function makeApplication(folder: string, sources: string, type: ModuleFormat): Promise<void> {
  await cp(sources, join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type }));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
}

/** Links a package of this repository into an installation, so that nothing is downloaded. */
export async function share(folder: string, name: string): Promise<void> {
  await symlink(join(repository, 'node_modules', name), join(folder, 'node_modules', name));
}

export const compilerOptions = {
  target: 'ES2023',
  module: 'nodenext',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  types: ['node'],
  typeRoots: [join(repository, 'node_modules', '@types')],
};

/** The path of a Node release, which npm downloads once. */
export async function node(version: string): Promise<string> {
  const args = ['--yes', '--package', `node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return (await succeed('npx', args, { cwd: '/' })).stdout.trim();
}
