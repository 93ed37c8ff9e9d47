import type { EntryRecord } from '../../database/repositories/new-entry.js';

/**
 * The recording order of a file's rows: by `created_at`, and where that is equal by the position in the
 * file. It is the number of microseconds since 1970, made unique within the file. An export of this
 * package has the order of each row already.
 */
export class RecordingOrder {
  readonly #known = new Map<number, string>();
  readonly #created = new Map<number, number>();

  /** @param row its position in the file, from 1 */
  add(row: number, { recorded, createdAt }: EntryRecord): void {
    if (recorded != null) this.#known.set(row, recorded);
    // Files from before the audit columns do not say when a row was written.
    else this.#created.set(row, (createdAt?.getTime() ?? Date.now()) * 1_000);
  }

  /** To be called once all rows are added. */
  resolve(): void {
    let last = -Infinity;
    for (const [row, created] of [...this.#created].sort(([a, one], [b, two]) => one - two || a - b)) {
      last = Math.max(last + 1, created);
      this.#known.set(row, String(Math.max(last, 0)));
    }
    this.#created.clear();
  }

  of(row: number): string | null {
    return this.#known.get(row) ?? null;
  }
}
