import { open } from 'node:fs/promises';
import { LegacyFileError, unreadable } from './legacy-file.error.js';

/**
 * Header of a rollback journal that has not been rolled back,
 * https://www.sqlite.org/fileformat.html#the_rollback_journal.
 */
const rollbackMagic = Buffer.from('d9d505f920a163d7', 'hex');

/**
 * Refuses a database with a write-ahead log or a hot rollback journal beside it: without that file
 * it lacks the last changes, or contains half of a transaction.
 *
 * @throws LegacyFileError
 */
export async function refuseLeftovers(path: string, writeAheadLog: boolean): Promise<void> {
  if (writeAheadLog && (await firstBytes(`${path}-wal`)).length > 0) {
    throw new LegacyFileError(
      path,
      'has changes in a file beside it whose name ends in -wal; close the application that has it open, or ' +
        'run `PRAGMA wal_checkpoint(TRUNCATE)` on it, and try again',
    );
  }
  if ((await firstBytes(`${path}-journal`)).equals(rollbackMagic)) {
    throw new LegacyFileError(
      path,
      'has an unfinished transaction in a file beside it whose name ends in -journal; close the application that ' +
        'has it open, or open it once with the sqlite3 command, which rolls back what is unfinished, and try again',
    );
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  if (file === undefined) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(rollbackMagic.length),
      0,
      rollbackMagic.length,
      0,
    );
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  } finally {
    await file.close();
  }
}
