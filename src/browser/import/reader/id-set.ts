const idsPerPart = 32_768;

/**
 * A set of distinct ids that grows without a long pause of the event loop: a `Set` that grows
 * rehashes all its members at once, which takes more than 50 ms from 500,000 ids on.
 */
export class IdSet {
  #last = new Set<string>();
  readonly #parts = [this.#last];

  /** Adds an id that is not in the set yet. */
  add(id: string): void {
    if (this.#last.size >= idsPerPart) this.#parts.push((this.#last = new Set()));
    this.#last.add(id);
  }

  has(id: string): boolean {
    return this.#parts.some((part) => part.has(id));
  }
}
