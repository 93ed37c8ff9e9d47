import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** Folders and account of an embedded PostgreSQL. */
export interface Place {
  /** The folder of the cluster, the lock and the registered uses. */
  base: string;
  /** The folder of PostgreSQL's programs. */
  programs: string;
  /** The account that runs the programs; undefined for the user of this process. */
  account: Account | undefined;
}

/**
 * Prepares the folder. If root runs this and `nobody` cannot reach the folder, the data goes to the
 * folder for temporary files.
 *
 * @throws EmbeddedPostgresError
 */
export async function preparePlace(folder: string, binaries: PostgresBinaries): Promise<Place> {
  await fs.mkdir(folder, { recursive: true });
  const base = await fs.realpath(folder);
  await fs.writeFile(join(base, '.gitignore'), '*\n');
  const account = unprivilegedAccount();
  if (account === undefined) return { base, programs: join(binaries.root, 'bin'), account };

  const programs = join(await sharedBinaries(binaries), 'bin');
  if (await isReachableForOthers(join(base, 'cluster'))) return { base, programs, account };
  const relocated = await temporaryPath('trading-journal-data', base);
  await makeRootOwnedFolder(relocated);
  return { base: relocated, programs, account };
}

const groupOrOtherMayWrite = 0o022;

/** Whether every user can read a file or enter a folder, including all folders above it. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  const { mode } = await fs.stat(path);
  return (mode & 0o005) === 0o005 && (await isReachableForOthers(path));
}

/** Whether every user can enter all folders above a path. */
async function isReachableForOthers(path: string): Promise<boolean> {
  const parent = dirname(path);
  if (parent === path) return true;
  return ((await fs.stat(parent)).mode & 0o001) !== 0 && (await isReachableForOthers(parent));
}

/**
 * A path in the folder for temporary files: for each source another name with the prefix.
 *
 * @throws EmbeddedPostgresError if other users cannot reach it
 */
async function temporaryPath(prefix: string, source: string): Promise<string> {
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const path = join(tmpdir(), `${prefix}-${hash}`);
  if (!(await isReachableForOthers(path))) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and the user \`nobody\` can reach neither this project nor ${tmpdir()}. ` +
        'Set TMPDIR to a folder that every user can enter, or DATABASE_URL to a PostgreSQL server.',
    );
  }
  return path;
}

/**
 * Creates a folder that everyone can enter and only root can write to.
 * @throws EmbeddedPostgresError
 */
export async function makeRootOwnedFolder(path: string): Promise<void> {
  try {
    await fs.mkdir(path);
    await fs.chmod(path, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  await verifyRootOwned(path);
}

/**
 * Checks a folder in a place where any user could have created it first.
 *
 * @throws EmbeddedPostgresError if root does not own the folder, or others can write to it
 */
async function verifyRootOwned(path: string): Promise<void> {
  const found = await fs.lstat(path);
  if (found.isDirectory() && found.uid === 0 && (found.mode & groupOrOtherMayWrite) === 0) return;
  throw new EmbeddedPostgresError(
    `${path} is not a folder that only root can write to, so it is not used. Find out who created it, and remove it.`,
  );
}

/**
 * A folder with binaries that every user can run: the package's folder, or a copy that root creates
 * once.
 *
 * @throws EmbeddedPostgresError if the folder of the copy cannot be trusted
 */
export async function sharedBinaries({ root, packageVersion }: PostgresBinaries): Promise<string> {
  const samples = ['bin/postgres', 'lib', 'share/postgresql'].map((name) => join(root, name));
  const open = await Promise.all(samples.map(isOpenToOthers));
  if (open.every(Boolean)) return root;

  const copy = await temporaryPath(`trading-journal-postgres-${packageVersion}`, await fs.realpath(root));
  if (!existsSync(copy)) await copyForEveryone(root, copy);
  await verifyRootOwned(copy);
  return copy;
}

// Renames the complete copy to its final name, so that an interrupted copy is never used.
async function copyForEveryone(source: string, target: string): Promise<void> {
  const unfinished = await fs.mkdtemp(`${target}.`);
  try {
    await fs.cp(source, unfinished, { recursive: true, verbatimSymlinks: true });
    await openToOthers(unfinished);
    await fs.rename(unfinished, target);
  } catch (error) {
    await fs.rm(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

async function openToOthers(folder: string): Promise<void> {
  await fs.chmod(folder, 0o755);
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToOthers(path);
    else if (entry.isFile()) await fs.chmod(path, (await fs.stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** A user of the operating system. */
interface Account {
  uid: number;
  gid: number;
}

/**
 * The account that runs PostgreSQL: `nobody` if this process is root, because PostgreSQL refuses to
 * run as root; otherwise undefined, for the user of this process.
 *
 * @throws EmbeddedPostgresError if this process is root and there is no user `nobody`
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!Number(uid) || !Number(gid)) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and there is no user `nobody` to run it as. ' +
        'Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}
