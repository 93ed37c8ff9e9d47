import { readFile, stat } from 'node:fs/promises';
import type { LocalStorage } from './local-storage.js';
import { LocalStorageError } from './local-storage.error.js';
import { readLocalStorage } from './read-local-storage.js';

/** Bytes. Browsers store five million characters per origin: at most six bytes each in JSON. */
export const maxLocalStorageSize = 32 * 1024 * 1024;

/** @throws LocalStorageError if the file is unreadable, too large, or not a dump in UTF-8 */
export async function readLocalStorageFile(path: string): Promise<LocalStorage> {
  return readLocalStorage(decodeUtf8(await readBounded(path)));
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path);
    // Reading a pipe or a device may never end.
    if (!stats.isFile()) throw new LocalStorageError('is not a regular file');
    if (stats.size > maxLocalStorageSize)
      throw new LocalStorageError(`is too large (at most ${maxLocalStorageSize / 1024 / 1024} MiB)`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof LocalStorageError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new LocalStorageError(`cannot be opened (${code})`, { cause: error });
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new LocalStorageError('is not UTF-8');
  }
}
