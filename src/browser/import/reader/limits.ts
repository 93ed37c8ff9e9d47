/** What reading one file may take, in its reader process. */
export interface ReadingLimits {
  /**
   * The time in seconds that the reader process takes for its answers, all together, once it has
   * started; 120 unless given.
   */
  seconds?: number | undefined;
  /**
   * The resident memory of the reader process in MiB: JavaScript, buffers and WebAssembly together,
   * some 100 of them for Node itself; 2048 unless given.
   */
  mebibytes?: number | undefined;
}

/** The limits that allow the largest honest file, an SQLite database of 256 MiB. */
export const defaultLimits = { seconds: 120, mebibytes: 2048 } as const;
