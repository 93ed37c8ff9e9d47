import type { EntryRecord } from '../../../journal/new-entry.js';

/**
 * The recording order of a file's rows: `created_at` in microseconds since 1970, made unique in the
 * order of the file. Exports of this package already contain the order of each row, or null.
 */
export class RecordingOrder {
  readonly #known = new Map<number, string>();
  /** Microseconds by row; `resolve` makes them unique. No object per row, to save memory. */
  readonly #places: number[] = [];

  /** @param row its position in the file, from 1 */
  add(row: number, { recorded, createdAt }: EntryRecord): void {
    while (this.#places.length < row) this.#places.push(NaN);
    if (recorded != null) this.#known.set(row, recorded);
    // Old files without audit columns have no `created_at`.
    else if (recorded === undefined) this.#places[row] = (createdAt?.getTime() ?? Date.now()) * 1_000;
  }

  /** Call after all rows are added. */
  resolve(): void {
    const created = Float64Array.from(this.#places);
    const rows = Uint32Array.from(created.keys()).filter((row) => !Number.isNaN(created[row]));
    rows.sort((a, b) => (created[a] as number) - (created[b] as number) || a - b);
    // `recorded` is not negative.
    let last = -1;
    for (const row of rows) {
      last = Math.max(last + 1, created[row] as number);
      this.#places[row] = last;
    }
  }

  /** Whether the file contains the order of the row, or null for it. */
  isKnown(row: number): boolean {
    return Number.isNaN(this.#places[row] ?? NaN);
  }

  of(row: number): string | null {
    return this.isKnown(row) ? (this.#known.get(row) ?? null) : String(this.#places[row]);
  }
}
