/**
 * The items of batches, one by one, with their end and clean-up: what an async generator with
 * `yield*` would be, at a fraction of the promises for each item.
 */
export class OneByOne<T, Kept> implements AsyncGenerator<T, void> {
  #batch: readonly Kept[] = [];
  #taken = 0;
  #hasEnded = false;
  #fetching: Promise<void> | undefined;

  /** @param itemOf makes an item of what is kept of it in a batch */
  constructor(
    private readonly batches: AsyncGenerator<readonly Kept[], void>,
    private readonly itemOf: (kept: Kept) => T,
  ) {}

  next(): Promise<IteratorResult<T, void>> {
    // Whoever asks meanwhile gets what comes after what was asked for before.
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
      // Whoever loops gives up without asking for the clean-up.
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
