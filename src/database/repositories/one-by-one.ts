/**
 * The items of batches, one by one, with their end and clean-up: what an async generator with `yield*` would be, at a fraction of
 * the promises for each item.
 */
export class OneByOne<T> implements AsyncGenerator<T, void> {
  #batch: readonly T[] = [];
  #taken = 0;
  #fetching: Promise<unknown> | undefined;

  constructor(private readonly batches: AsyncGenerator<readonly T[], void>) {}

  next(): Promise<IteratorResult<T, void>> {
    if (this.#fetching) return this.#fetching.then(() => this.next());
    if (this.#taken < this.#batch.length)
      return Promise.resolve({ done: false, value: this.#batch[this.#taken++] as T });
    return this.#afterFetch();
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

  async #afterFetch(): Promise<IteratorResult<T, void>> {
    const fetching = this.batches.next();
    // Whoever waits meanwhile asks again, and finds what became of it.
    this.#fetching = fetching.catch(() => undefined);
    const { done, value } = await fetching.finally(() => (this.#fetching = undefined));
    if (done) return { done, value: undefined };
    this.#batch = value;
    this.#taken = 0;
    return this.next();
  }

  async #end(end: () => Promise<unknown>): Promise<IteratorResult<T, void>> {
    this.#batch = [];
    await end();
    return { done: true, value: undefined };
  }
}
