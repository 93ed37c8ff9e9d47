/**
 * The first 16 bytes of every SQLite database,
 * https://www.sqlite.org/fileformat.html#the_database_header.
 */
const magic = Buffer.from('SQLite format 3\0', 'latin1');

const headerLength = 100;

/** What the file header tells before the database is opened. */
export interface SqliteHeader {
  /**
   * The size in bytes that the file should have at least; undefined where the header makes no valid
   * claim.
   */
  expectedSize: number | undefined;
  /** Whether the last application to write it used a write-ahead log. */
  writeAheadLog: boolean;
}

/** Whether bytes begin as an SQLite database does. */
export function isSqlite(bytes: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

/** Reads the header of bytes that begin as an SQLite database does. */
export function readSqliteHeader(bytes: Pick<Buffer, 'subarray'>): SqliteHeader {
  const header = bytes.subarray(0, headerLength);
  if (header.length < headerLength) return { expectedSize: headerLength, writeAheadLog: false };
  const storedPageSize = header.readUInt16BE(16);
  const pageSize = storedPageSize === 1 ? 65_536 : storedPageSize;
  const pageCount = header.readUInt32BE(28);
  // Writers before SQLite 3.7.0 leave the page count alone; it counts only if the writer that set
  // it was the last one.
  const valid = pageCount > 0 && header.readUInt32BE(24) === header.readUInt32BE(92);
  return {
    expectedSize: valid ? pageSize * pageCount : undefined,
    writeAheadLog: header[18] === 2 || header[19] === 2,
  };
}
