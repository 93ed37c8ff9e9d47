import type { LegacyFormat } from './legacy-source.js';
import { isSqlite } from './sqlite-header.js';

/** Number of bytes that suffice to detect the format of a file. */
export const recognitionLength = 4096;

/** The first characters of an SQLite database in base64. */
const base64Magic = 'U1FMaXRlIGZvcm1hdCAzA';

/** The header line of an NDJSON export. In a JSON export the header is not alone in its line. */
const exportedLines = /^\{"export":\{"format":"trading-journal".*\}\}\r?(\n|$)/;

/** Detects the format by the first bytes. An array counts as JSON, to be refused as JSON later. */
export function recogniseFormat(head: Buffer): LegacyFormat | undefined {
  if (isSqlite(head)) return 'sqlite';
  // trimStart also removes a byte order mark.
  const text = head.toString('utf8').trimStart();
  if (exportedLines.test(text)) return 'ndjson';
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  return text.replace(/["\s]/g, '').startsWith(base64Magic) ? 'base64' : undefined;
}
