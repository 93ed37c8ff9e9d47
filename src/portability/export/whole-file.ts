import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { ExportFileError, exportFileFailure } from './export-errors.js';

/** How a file is written. */
export interface WholeFileOptions {
  /** Replace a file that is there. */
  overwrite?: boolean | undefined;
}

/**
 * Writes a file that appears under its name when it is whole and on the disk, and not before: it
 * grows under another name beside that, which is removed if the work fails. Only its owner may read
 * it.
 *
 * @throws ExportFileError, and what the work throws; then what stood under the name stands there
 * still
 */
export async function writeWholeFile<T>(
  path: string,
  { overwrite = false }: WholeFileOptions,
  work: (destination: Writable) => Promise<T>,
): Promise<T> {
  const partial = join(dirname(path), `.journal-export-${randomBytes(6).toString('hex')}.partial`);
  try {
    await refuseTaken(path, overwrite);
    const result = await writePartial(partial, work);
    await (overwrite ? rename(partial, path) : takeFreeName(partial, path));
    await keepName(path);
    return result;
  } catch (error) {
    throw exportFileFailure(path, error) ?? error;
  } finally {
    // What cannot be removed has a name that says what it is.
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

async function refuseTaken(path: string, overwrite: boolean): Promise<void> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return;
  if (stats.isDirectory()) throw failure('EISDIR');
  if (!stats.isFile()) throw new ExportFileError(path, 'is not a regular file; choose another name');
  if (!overwrite) throw failure('EEXIST');
}

async function writePartial<T>(partial: string, work: (destination: Writable) => Promise<T>): Promise<T> {
  const destination = createWriteStream(partial, { flags: 'wx', mode: 0o600 });
  try {
    await once(destination, 'open');
    // What fails from now on is told to the work.
    destination.on('error', () => undefined);
    const result = await work(destination);
    await synchronise(partial);
    return result;
  } finally {
    destination.destroy();
    if (!destination.closed) await once(destination, 'close').catch(() => undefined);
  }
}

/** Has the whole file on the disk. */
async function synchronise(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Fails with EEXIST if meanwhile somebody else has taken the name. */
async function takeFreeName(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Some file systems have no hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    await refuseTaken(path, false);
    await rename(partial, path);
  }
}

/** Has the folder's entry on the disk, too, where folders can be opened. */
async function keepName(path: string): Promise<void> {
  const folder = await open(dirname(path)).catch(() => undefined);
  try {
    await folder?.sync();
  } catch {
    // Some file systems have no fsync for folders.
  } finally {
    await folder?.close();
  }
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code, syscall: 'open' });
}
