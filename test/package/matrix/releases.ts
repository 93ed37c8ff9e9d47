import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A set of releases of the peers, which applications of both formats share. */
export interface Releases {
  nest: 11 | 12;
  /** `oldest`: the lower bound of the package's peer range; `newest`: the newest release in it. */
  frameworks: Age;
  typeorm: Age;
  pg: Age;
}
type Age = 'oldest' | 'newest';

/** NestJS `config` has its own version numbers before 12. */
const majors = { 11: { '@nestjs/config': 4 }, 12: {} } as const;
const frameworks = ['@nestjs/common', '@nestjs/core', '@nestjs/config', '@nestjs/typeorm'];

export const releases = {
  'NestJS 11 oldest, TypeORM oldest, pg oldest': {
    nest: 11,
    frameworks: 'oldest',
    typeorm: 'oldest',
    pg: 'oldest',
  },
  'NestJS 11 newest, TypeORM newest, pg oldest': {
    nest: 11,
    frameworks: 'newest',
    typeorm: 'newest',
    pg: 'oldest',
  },
  'NestJS 12 oldest, TypeORM oldest, pg newest': {
    nest: 12,
    frameworks: 'oldest',
    typeorm: 'oldest',
    pg: 'newest',
  },
  'NestJS 12 newest, TypeORM newest, pg newest': {
    nest: 12,
    frameworks: 'newest',
    typeorm: 'newest',
    pg: 'newest',
  },
} as const satisfies Record<string, Releases>;
export type ReleasesName = keyof typeof releases;

/** The versions of the peers to install. */
export async function dependencies({ nest, ...age }: Releases): Promise<Record<string, string>> {
  const manifest = join(import.meta.dirname, '..', '..', '..', 'package.json');
  const { peerDependencies: peers } = JSON.parse(await readFile(resolve(manifest), 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  const version = (name: string, of: Age, major?: number) => {
    const ranges = (peers[name] ?? '').split(' || ');
    const range = major === undefined ? ranges[0] : ranges.find((one) => one.startsWith(`^${major}.`));
    if (!range?.startsWith('^')) throw new Error(`the peer range of ${name} has no ^${major ?? ''}`);
    return of === 'oldest' ? range.slice(1) : range;
  };
  const majorOf = (name: string) => (majors[nest] as Partial<Record<string, number>>)[name] ?? nest;
  return {
    ...Object.fromEntries(frameworks.map((name) => [name, version(name, age.frameworks, majorOf(name))])),
    '@nestjs/platform-express': version('@nestjs/core', age.frameworks, nest),
    'reflect-metadata': version('reflect-metadata', age.frameworks),
    rxjs: version('rxjs', age.frameworks),
    typeorm: version('typeorm', age.typeorm),
    pg: version('pg', age.pg),
  };
}
