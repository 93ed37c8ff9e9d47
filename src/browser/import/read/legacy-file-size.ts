import { LegacyFileError } from './legacy-file.error.js';
import type { LegacyFormat } from './legacy-source.js';

/**
 * The largest database or JSON export that is read, in bytes. The latter is held in memory as a
 * whole.
 */
export const maxLegacyFileSize = 256 * 1024 * 1024;

/** The largest base64 text: four characters stand for three bytes. */
export const maxBase64Size = Math.ceil(maxLegacyFileSize / 3) * 4;

/** @throws LegacyFileError for a file that is larger than its format may be. `size` is in bytes. */
export function checkSize(path: string, size: number, format: LegacyFormat): void {
  // It is read line by line.
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
