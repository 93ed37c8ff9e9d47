import type { EntryRecord } from '../../../journal/new-entry.js';

/**
 * The recording order of a file's rows: by `created_at`, and where that is equal by the position in
 * the file. It is the number of microseconds since 1970, made unique within the file. An export of
 * this package has the order of each row already.
 */
export class RecordingOrder {
  readonly #known = new Map<number, string>();
  /**
   * By the row: microseconds, which `resolve` makes unique. A file has many rows, so no object
   * stands for one.
   */
  readonly #places: number[] = [];

  /** @param row its position in the file, from 1 */
  add(row: number, { recorded, createdAt }: EntryRecord): void {
    while (this.#places.length < row) this.#places.push(NaN);
    if (recorded != null) this.#known.set(row, recorded);
    // Files from before the audit columns do not say when a row was written.
    else this.#places[row] = (createdAt?.getTime() ?? Date.now()) * 1_000;
  }

  /** To be called once all rows are added. */
  resolve(): void {
    const created = Float64Array.from(this.#places);
    const rows = Uint32Array.from(created.keys()).filter((row) => !Number.isNaN(created[row]));
    rows.sort((a, b) => (created[a] as number) - (created[b] as number) || a - b);
    let last = -Infinity;
    for (const row of rows) {
      last = Math.max(last + 1, created[row] as number);
      this.#places[row] = Math.max(last, 0);
    }
  }

  of(row: number): string | null {
    const place = this.#places[row];
    if (place === undefined || Number.isNaN(place)) return this.#known.get(row) ?? null;
    return String(place);
  }
}
