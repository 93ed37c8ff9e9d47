let last = 0;

/** The recording order of a new entry: microseconds since 1970, strictly increasing per process. */
export function nextRecorded(): string {
  last = Math.max(last + 1, Date.now() * 1_000);
  return String(last);
}
