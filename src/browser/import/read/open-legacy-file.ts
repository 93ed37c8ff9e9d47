import { open, readFile, stat } from 'node:fs/promises';
import { decodeBase64 } from './base64-text.js';
import { BytesOnDisk } from './bytes-on-disk.js';
import { openJson } from './json-source.js';
import { LegacyFileError } from './legacy-file.error.js';
import { checkSize } from './legacy-file-size.js';
import type { LegacyFormat, LegacyRow, LegacySource } from './legacy-source.js';
import { openNdjson } from './ndjson-source.js';
import { recogniseFormat, recognitionLength } from './recognise-format.js';
import { readSqliteHeader } from './sqlite-header.js';
import { refuseLeftovers } from './sqlite-leftovers.js';
import { openSqlite } from './sqlite-source.js';
import { unreadable } from './unreadable.js';

/**
 * Opens a journal of the old browser application: its SQLite database, the base64 text of that out
 * of localStorage, a JSON export, or lines of JSON as this package exports them. Which of them it
 * is shows in the content, not in the name. The file is only read.
 *
 * @throws LegacyFileError for every file that cannot be read as a journal, before any row is handed
 * out.
 */
export async function openLegacyFile(path: string): Promise<LegacySource> {
  const format = await recogniseFile(path);
  switch (format) {
    case 'sqlite':
      return openDatabase(path);
    case 'base64':
      return openSqlite(path, format, decodeBase64(path, (await readWhole(path)).toString('utf8')));
    case 'json':
      return openJson(path, await readWhole(path));
    case 'ndjson':
      return openNdjson(path);
  }
}

async function openDatabase(path: string): Promise<LegacySource> {
  const bytes = bytesOnDisk(path);
  try {
    await refuseLeftovers(path, readSqliteHeader(bytes).writeAheadLog);
    // A release of sql.js that treats its bytes in another way sees no database in them.
    const source = await openSqlite(path, 'sqlite', bytes).catch(async () =>
      openSqlite(path, 'sqlite', await readWhole(path)),
    );
    return {
      ...source,
      *journal(): Generator<LegacyRow, void> {
        yield* source.journal();
        if (bytes.isChanged) throw new LegacyFileError(path, 'was changed while it was read; try again');
      },
      close() {
        source.close();
        bytes.close();
      },
    };
  } catch (error) {
    bytes.close();
    throw error;
  }
}

function bytesOnDisk(path: string): BytesOnDisk {
  try {
    return new BytesOnDisk(path);
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

async function readWhole(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
}

/** Looks at a file before it is read as a whole, which a wrong one may be too large for. */
async function recogniseFile(path: string): Promise<LegacyFormat> {
  const { size, head } = await lookInto(path).catch((error: unknown) => {
    throw error instanceof LegacyFileError ? error : unreadable(path, error as NodeJS.ErrnoException);
  });
  const format = recogniseFormat(head);
  if (format === undefined) {
    throw new LegacyFileError(
      path,
      'is not an SQLite database, nor base64 text of one, nor JSON; it may be encrypted, compressed or another file: ' +
        'give `options-tracker.db` as the browser stored it, decrypted, or an export as SQLite, JSON or NDJSON (CSV is for spreadsheets)',
    );
  }
  checkSize(path, size, format);
  return format;
}

async function lookInto(path: string): Promise<{ size: number; head: Buffer }> {
  const stats = await stat(path);
  if (stats.isDirectory())
    throw unreadable(path, Object.assign(new Error('a directory'), { code: 'EISDIR' }));
  // A pipe or a device could be read without end.
  if (!stats.isFile()) throw new LegacyFileError(path, 'is not a regular file; save what it yields to one');
  if (stats.size === 0) {
    throw new LegacyFileError(path, 'is empty; export the database from the browser again');
  }
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(recognitionLength), 0, recognitionLength, 0);
    return { size: stats.size, head: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}
