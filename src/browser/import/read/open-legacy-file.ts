import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { BytesOnDisk } from './bytes-on-disk.js';
import { openJson, openNdjson } from './json-source.js';
import { FileProblem, unreadable } from './file-problem.js';
import type { LegacyFormat, LegacyRow, LegacySource } from './legacy-source.js';
import { OpenFile } from './open-file.js';
import { readSqliteHeader, isSqlite } from './sqlite-header.js';
import { openSqlite } from './sqlite-source.js';

/**
 * Opens a journal: the browser application's SQLite database, its base64 text from localStorage, or
 * a JSON or NDJSON export. Detects the format by content, not by name. Does not write the file.
 *
 * @throws FileProblem for a file that cannot be read as a journal, before the first row
 */
export async function openLegacyFile(path: string): Promise<LegacySource> {
  const file = new OpenFile(path);
  try {
    const format = recogniseFile(file);
    switch (format) {
      case 'sqlite':
        return closingBoth(file, await openDatabase(file));
      case 'base64':
        return closingBoth(file, await openSqlite(format, decodeBase64(file.whole().toString())));
      case 'json':
        return openJson(file);
      case 'ndjson':
        return openNdjson(file);
    }
  } catch (error) {
    file.close();
    throw error;
  }
}

function closingBoth(file: OpenFile, source: LegacySource): LegacySource {
  const close = () => {
    source.close();
    file.close();
  };
  return { ...source, close };
}

async function openDatabase(file: OpenFile): Promise<LegacySource> {
  const { path } = file;
  const header = readSqliteHeader(new BytesOnDisk(file));
  await refuseLeftovers(path, header.writeAheadLog);
  const bytes = new BytesOnDisk(file);
  const source = await openSqlite('sqlite', bytes, header).catch((error: unknown) => {
    // A release of sql.js may not read `BytesOnDisk`. Otherwise the database is the cause.
    if (bytes.isRead) throw error;
    return openSqlite('sqlite', file.whole());
  });
  const journal = function* (): Generator<LegacyRow, void> {
    yield* source.journal();
    file.refuseChanged();
  };
  return { ...source, journal };
}

/** Detects the format before the file is read, because a wrong file can be too large for memory. */
function recogniseFile(file: OpenFile): LegacyFormat {
  const { size } = file;
  if (size === 0) throw new FileProblem('is empty; export the database from the browser again');
  const format = recogniseFormat(file.head(recognitionLength));
  if (format === undefined) {
    throw new FileProblem(
      'is not an SQLite database, nor base64 text of one, nor JSON; it may be encrypted, compressed or another file: ' +
        'give `options-tracker.db` as the browser stored it, decrypted, or an export as SQLite, JSON or NDJSON (CSV is for spreadsheets)',
    );
  }
  checkSize(size, format);
  return format;
}

/** Number of bytes that suffice to detect the format of a file. */
const recognitionLength = 4096;

/** The first characters of an SQLite database in base64. */
const base64Magic = 'U1FMaXRlIGZvcm1hdCAzA';

/** The header line of an NDJSON export. In a JSON export the header is not alone in its line. */
const exportedLines = /^\{"export":\{"format":"trading-journal".*\}\}\r?(\n|$)/;

/** Detects the format by the first bytes. An array counts as JSON, to be refused as JSON later. */
function recogniseFormat(head: Buffer): LegacyFormat | undefined {
  if (isSqlite(head)) return 'sqlite';
  // trimStart also removes a byte order mark.
  const text = head.toString('utf8').trimStart();
  if (exportedLines.test(text)) return 'ndjson';
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  return text.replace(/["'\s]/g, '').startsWith(base64Magic) ? 'base64' : undefined;
}

/** Bytes of the largest database or JSON export. A JSON export is held in memory. */
export const maxLegacyFileSize = 256 * 1024 * 1024;

/** Base64 encodes three bytes as four characters. */
export const maxBase64Size = Math.ceil(maxLegacyFileSize / 3) * 4;

/** @param size in bytes @throws FileProblem if the file exceeds the limit of its format */
function checkSize(size: number, format: LegacyFormat): void {
  // NDJSON is read line by line.
  if (format === 'ndjson') return;
  const most = format === 'base64' ? maxBase64Size : maxLegacyFileSize;
  if (size > most) {
    throw new FileProblem(
      `is too large (${mebibytes(size)} MiB, at most ${mebibytes(most)}); check that it is a journal, and if so ` +
        (format === 'json'
          ? 'export it as NDJSON, which may have any size'
          : 'shrink it with the SQL statement VACUUM'),
    );
  }
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

/**
 * Decodes base64. Ignores white space, and the quotes around a text: double ones of a dump of
 * localStorage, single ones of a browser's console. Checks the characters first, because Node's
 * decoder skips invalid ones.
 *
 * @throws FileProblem if the text is truncated or has an invalid character
 */
function decodeBase64(text: string): Buffer {
  const trimmed = text.trim();
  const opened = /^["']/.exec(trimmed)?.[0];
  const closed = trimmed.length > 1 ? /["']$/.exec(trimmed)?.[0] : undefined;
  const characters = trimmed.slice(opened?.length, closed === undefined ? undefined : -1).replace(/\s+/g, '');
  const payload = characters.replace(/={1,2}$/, '');
  const invalid = /[^A-Za-z0-9+/]/.exec(payload);
  if (invalid !== null) {
    throw new FileProblem(
      `is base64 text with an invalid character at position ${invalid.index} (white space and quotes not counted); ` +
        'copy the text out of localStorage again, without anything around it',
    );
  }
  if (characters.length % 4 !== 0 || opened !== closed) {
    throw new FileProblem(
      `is base64 text that breaks off after ${characters.length} characters; copy the whole text out of localStorage again`,
    );
  }
  return Buffer.from(payload, 'base64');
}

/**
 * Header of a rollback journal that has not been rolled back,
 * https://www.sqlite.org/fileformat.html#the_rollback_journal.
 */
const rollbackMagic = Buffer.from('d9d505f920a163d7', 'hex');

/**
 * Refuses a database with a write-ahead log or a hot rollback journal beside it: without that file
 * it lacks the last changes, or contains half of a transaction.
 *
 * @throws FileProblem
 */
async function refuseLeftovers(path: string, writeAheadLog: boolean): Promise<void> {
  // SQLite writes both files beside the target of a symbolic link.
  const target = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(error);
  });
  if (writeAheadLog && bytesBeside(`${target}-wal`).length > 0) {
    throw new FileProblem(
      'has changes in a file beside it whose name ends in -wal; close the application that has it open, or ' +
        'run `PRAGMA wal_checkpoint(TRUNCATE)` on it, and try again',
    );
  }
  if (bytesBeside(`${target}-journal`).equals(rollbackMagic)) {
    throw new FileProblem(
      'has an unfinished transaction in a file beside it whose name ends in -journal; close the application that ' +
        'has it open, or open it once with the sqlite3 command, which rolls back what is unfinished, and try again',
    );
  }
}

/** The first bytes of a file; none if it does not exist. */
function bytesBeside(path: string): Buffer {
  let file: OpenFile;
  try {
    file = new OpenFile(path);
  } catch (error) {
    // SQLite may delete the file meanwhile.
    if (!existsSync(path)) return Buffer.alloc(0);
    throw error;
  }
  try {
    return file.head(rollbackMagic.length);
  } finally {
    file.close();
  }
}
