let last = 0;

/**
 * The recording order of an entry that is written now: microseconds since 1970, as text, greater
 * with each call in this process.
 */
export function nextRecorded(): string {
  last = Math.max(last + 1, Date.now() * 1_000);
  return String(last);
}
