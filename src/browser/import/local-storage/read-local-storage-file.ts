import { readFile, stat } from 'node:fs/promises';
import type { LocalStorage } from './local-storage.js';
import { LocalStorageError } from './local-storage.error.js';
import { readLocalStorage } from './read-local-storage.js';

/**
 * Browsers keep some five million characters for an origin; JSON needs six bytes for each at most.
 * In bytes.
 */
export const maxLocalStorageSize = 32 * 1024 * 1024;

/**
 * @throws LocalStorageError for a file that cannot be read, is too large, or is no dump in UTF-8
 */
export async function readLocalStorageFile(path: string): Promise<LocalStorage> {
  return readLocalStorage(decoded(await readBounded(path)));
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path);
    // A pipe or a device could be read without end.
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

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new LocalStorageError('is not UTF-8');
  }
}
