/**
 * Iterates over the items of batches. Behaves as an async generator with `yield*`, and creates a
 * fraction of its promises per item.
 */
export class OneByOne<T, Kept> implements AsyncGenerator<T, void> {
  #batch: readonly Kept[] = [];
  #taken = 0;
  #hasEnded = false;
  #fetching: Promise<void> | undefined;

  /** @param itemOf builds an item from its form in a batch */
  constructor(
    private readonly batches: AsyncGenerator<readonly Kept[], void>,
    private readonly itemOf: (kept: Kept) => T,
  ) {}

  next(): Promise<IteratorResult<T, void>> {
    // Concurrent calls of `next` are answered in order.
    if (this.#fetching) return this.#fetching.then(() => this.next());
    if (this.#taken < this.#batch.length) return this.#take();
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    this.#fetching = this.#fetch();
    return this.#fetching.then(() => this.next());
  }

  return(): Promise<IteratorResult<T, void>> {
    return this.#end(() => this.batches.return());
  }

  throw(error: unknown): Promise<IteratorResult<T, void>> {
    return this.#end(() => this.batches.throw(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #take(): Promise<IteratorResult<T, void>> {
    try {
      return Promise.resolve({ done: false, value: this.itemOf(this.#batch[this.#taken++] as Kept) });
    } catch (error) {
      // `for await` does not call `return` after an error of `next`.
      return this.return().then(() => {
        throw error;
      });
    }
  }

  async #fetch(): Promise<void> {
    try {
      const { done, value } = await this.batches.next();
      if (done === true) this.#hasEnded = true;
      else if (!this.#hasEnded) [this.#batch, this.#taken] = [value, 0];
    } catch (error) {
      this.#hasEnded = true;
      throw error;
    } finally {
      this.#fetching = undefined;
    }
  }

  async #end(end: () => Promise<unknown>): Promise<IteratorResult<T, void>> {
    this.#hasEnded = true;
    this.#batch = [];
    await end();
    return { done: true, value: undefined };
  }
}
