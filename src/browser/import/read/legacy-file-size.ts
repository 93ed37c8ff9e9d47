import { LegacyFileError } from './legacy-file.error.js';
import type { LegacyFormat } from './legacy-source.js';

/** Bytes of the largest database or JSON export. A JSON export is held in memory. */
export const maxLegacyFileSize = 256 * 1024 * 1024;

/** Base64 encodes three bytes as four characters. */
export const maxBase64Size = Math.ceil(maxLegacyFileSize / 3) * 4;

/** @param size in bytes @throws LegacyFileError if the file exceeds the limit of its format */
export function checkSize(path: string, size: number, format: LegacyFormat): void {
  // NDJSON is read line by line.
  if (format === 'ndjson') return;
  const most = format === 'base64' ? maxBase64Size : maxLegacyFileSize;
  if (size > most) {
    throw new LegacyFileError(
      path,
      `is too large (${mebibytes(size)} MiB, at most ${mebibytes(most)}); check that it is a journal, and if so ` +
        'shrink it with the SQL statement VACUUM',
    );
  }
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}
