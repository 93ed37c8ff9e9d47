/** https://www.sqlite.org/fileformat.html#the_database_header */
const magic = Buffer.from('SQLite format 3\0', 'latin1');

const headerLength = 100;

export function isSqlite(bytes: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

export interface SqliteHeader {
  /** The minimum size of the file in bytes; undefined if the page count is not valid. */
  expectedSize: number | undefined;
  /** Whether the last writer used a write-ahead log. */
  writeAheadLog: boolean;
}

/** @param bytes for which `isSqlite` is true */
export function readSqliteHeader(bytes: Pick<Buffer, 'subarray'>): SqliteHeader {
  const header = bytes.subarray(0, headerLength);
  if (header.length < headerLength) return { expectedSize: headerLength, writeAheadLog: false };
  const storedPageSize = header.readUInt16BE(16);
  const pageSize = storedPageSize === 1 ? 65_536 : storedPageSize;
  const pageCount = header.readUInt32BE(28);
  // Writers before SQLite 3.7.0 do not update the page count. It is valid only if the version that
  // set it (offset 92) equals the change counter (offset 24).
  const valid = pageCount > 0 && header.readUInt32BE(24) === header.readUInt32BE(92);
  return {
    expectedSize: valid ? pageSize * pageCount : undefined,
    writeAheadLog: header[18] === 2 || header[19] === 2,
  };
}
