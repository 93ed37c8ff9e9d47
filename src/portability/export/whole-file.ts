import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { link, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { ExportFileError, exportFileFailure } from './export-errors.js';

interface WholeFileOptions {
  /** Replaces an existing file. */
  overwrite?: boolean | undefined;
}

/**
 * Writes a file atomically: `work` fills a `.partial` file in the same folder, which is flushed to
 * disk and then gets its name. Only the owner may read the file (mode 600). On failure the partial
 * file is removed, and a file at `path` is unchanged.
 *
 * @throws ExportFileError, and what `work` throws
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
    await syncFolder(path);
    return result;
  } catch (error) {
    throw exportFileFailure(path, error) ?? error;
  } finally {
    // A partial file that cannot be removed is recognised by its name.
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

async function refuseTaken(path: string, overwrite: boolean): Promise<void> {
  const stats = await stat(path).catch(undefinedIfMissing);
  if (stats === undefined) {
    const isBrokenLink = (await lstat(path).catch(undefinedIfMissing)) !== undefined;
    if (isBrokenLink && !overwrite) throw failure('EEXIST');
    return;
  }
  if (stats.isDirectory()) throw failure('EISDIR');
  // A name such as /dev/stdout may lead to a regular file, but a rename would replace the name.
  const isDevice = /^\/(dev$|proc\/)/.test(await realpath(dirname(path)));
  if (!stats.isFile() || isDevice)
    throw new ExportFileError(path, 'is not a regular file; choose another name');
  if (!overwrite) throw failure('EEXIST');
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function writePartial<T>(partial: string, work: (destination: Writable) => Promise<T>): Promise<T> {
  const destination = createWriteStream(partial, { flags: 'wx', mode: 0o600 });
  try {
    await once(destination, 'open');
    // Prevents an uncaught exception: `work` sees later errors of the stream itself.
    destination.on('error', () => undefined);
    const result = await work(destination);
    await syncFile(partial);
    return result;
  } finally {
    destination.destroy();
    if (!destination.closed) await once(destination, 'close').catch(() => undefined);
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Fails with EEXIST if another process has created the file in the meantime. */
async function takeFreeName(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // The file system has no hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    await refuseTaken(path, false);
    await rename(partial, path);
  }
}

/** Flushes the folder's entry for the file to disk, if the system can open folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path)).catch(() => undefined);
  try {
    await folder?.sync();
  } catch {
    // The file system has no fsync for folders.
  } finally {
    await folder?.close();
  }
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code, syscall: 'open' });
}
