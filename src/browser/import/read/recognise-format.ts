import type { LegacyFormat } from './legacy-source.js';
import { isSqlite } from './sqlite-header.js';

/** How many bytes of a file suffice to recognise its format. */
export const recognitionLength = 4096;

/** The first characters of an SQLite database in base64. */
const base64Magic = 'U1FMaXRlIGZvcm1hdCAzA';

/** An object that holds nothing but what an export says of itself is a line of its own. */
const exportedLines = /^\{"export":\{"format":"trading-journal".*\}\}\r?(\n|$)/;

/**
 * The format of a file by its first bytes, whatever it is called; undefined where it is none of
 * these. An array counts as JSON, so that it is refused as such.
 */
export function recogniseFormat(head: Buffer): LegacyFormat | undefined {
  if (isSqlite(head)) return 'sqlite';
  // To trim takes a byte order mark away, too.
  const text = head.toString('utf8').trimStart();
  if (exportedLines.test(text)) return 'ndjson';
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  return text.replace(/["\s]/g, '').startsWith(base64Magic) ? 'base64' : undefined;
}
