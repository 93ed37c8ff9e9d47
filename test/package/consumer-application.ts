import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyRepository } from '../support/repository-copy.js';
import { succeed } from '../support/run-command.js';

const repository = resolve(import.meta.dirname, '..', '..');

interface Manifest {
  version: string;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

/** A file of the tarball. */
export interface PackedFile {
  path: string;
  size: number;
}

/** The result of `npm pack`. */
export interface Tarball {
  file: string;
  version: string;
  files: PackedFile[];
}

/** Packs a fresh copy of the repository. `prepack` builds its `dist`. */
export async function pack(folder: string): Promise<Tarball> {
  const copy = join(folder, 'repository');
  await copyRepository(copy);
  // Local files of a developer must not be packed.
  await writeFile(join(copy, '.env'), 'DATABASE_URL=postgresql://me:secret@localhost/mine\n');
  await mkdir(join(copy, 'dist', 'tools'), { recursive: true });
  await writeFile(join(copy, 'dist', 'tools', 'left-over.js'), '');
  const { stdout } = await succeed('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    cwd: copy,
  });
  const packed = JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as unknown;
  const [tarball] = Object.values(packed as object) as [
    { filename: string; version: string; files: PackedFile[] },
  ];
  return { file: join(folder, tarball.filename), version: tarball.version, files: tarball.files };
}

/**
 * Creates a Nest application from the guide's files, and installs the tarball with the versions
 * that this repository locks.
 */
export async function installConsumer(folder: string, tarball: Tarball): Promise<void> {
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'consumer',
      private: true,
      type: 'module',
      dependencies: {
        ...(await lockedVersions()),
        'trading-journal-database': `file:${tarball.file}`,
      },
    }),
  );
  await cp(join(repository, 'docs', 'guides', 'feature-module'), join(folder, 'src'), { recursive: true });
  for (const file of await readdir(join(import.meta.dirname, 'consumer'))) {
    await cp(join(import.meta.dirname, 'consumer', file), join(folder, 'src', file));
  }
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  await writeFile(join(folder, 'src', 'readme.ts'), example);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(consumerTypeScript));
  await succeed('npm', ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: folder,
  });
}

/** Packages that the guide's application needs in addition to the peers. */
const packagesOfGuide = ['@nestjs/platform-express', '@types/express', 'zod', '@nestjs/swagger'];

/** The TypeScript compiler of this repository. Applications in production do not have it. */
export const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');

const consumerTypeScript = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ['node'],
    typeRoots: [join(repository, 'node_modules', '@types')],
    rootDir: 'src',
    outDir: 'build',
  },
  include: ['src'],
  // The declarations of @nestjs/graphql import packages that are optional in an application.
  exclude: ['src/graphql'],
};

async function lockedVersions(): Promise<Record<string, string>> {
  const manifest = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as Manifest;
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Manifest>;
  };
  const required = Object.keys(manifest.peerDependencies).filter(
    (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
  );
  const names = [...required, ...packagesOfGuide];
  return Object.fromEntries(
    names.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '']),
  );
}
