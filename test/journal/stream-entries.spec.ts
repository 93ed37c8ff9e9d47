import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BatchIterator } from '../../src/journal/stream-entries.js';

async function* batchesOf(batches: readonly number[][], ended: () => void): AsyncGenerator<number[], void> {
  try {
    for (const batch of batches) {
      await Promise.resolve();
      yield batch;
    }
  } finally {
    ended();
  }
}

const same = (item: number) => item;

describe('The items of batches', () => {
  it('are returned in order, also to concurrent requests', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(), { maxLength: 5 })),
        fc.integer({ min: 1, max: 4 }),
        async (batches, ahead) => {
          const items = new BatchIterator(
            batchesOf(batches, () => undefined),
            same,
          );
          const taken: number[] = [];
          for (;;) {
            const results = await Promise.all(Array.from({ length: ahead }, () => items.next()));
            taken.push(...results.flatMap(({ done, value }) => (done === true ? [] : [value])));
            if (results.some(({ done }) => done)) break;
          }
          expect(taken).toEqual(batches.flat());
        },
      ),
    );
  });

  it('clean up when the loop ends early, and are then at their end', async () => {
    let ended = 0;
    const items = new BatchIterator(
      batchesOf([[1, 2], [3]], () => (ended += 1)),
      same,
    );
    for await (const item of items) if (item === 1) break;

    expect(ended).toBe(1);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('clean up when they are disposed of', async () => {
    let ended = 0;
    const items = new BatchIterator(
      batchesOf([[1, 2], [3]], () => (ended += 1)),
      same,
    );
    await items.next();
    await items[Symbol.asyncDispose]();

    expect(ended).toBe(1);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('remain at their end after an early end during a batch', async () => {
    const items = new BatchIterator(
      batchesOf([[1, 2], [3]], () => undefined),
      same,
    );
    const pending = items.next();
    await items.return();
    await pending;

    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('fail with the error of their source once, and are then at their end', async () => {
    async function* failing(): AsyncGenerator<number[], void> {
      yield [1];
      await Promise.reject(new Error('gone'));
    }
    const items = new BatchIterator(failing(), same);

    expect(await items.next()).toEqual({ done: false, value: 1 });
    await expect(items.next()).rejects.toThrow('gone');
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('pass an error that is thrown into them to their source', async () => {
    let ended = 0;
    const items = new BatchIterator(
      batchesOf([[1], [2]], () => (ended += 1)),
      same,
    );
    await items.next();

    await expect(items.throw(new Error('enough'))).rejects.toThrow('enough');
    expect(ended).toBe(1);
  });

  it('clean up if a batch cannot be read', async () => {
    let ended = 0;
    const failing = (item: number) => {
      if (item === 2) throw new Error('no item');
      return item;
    };
    const items = new BatchIterator(
      batchesOf([[1, 2], [3]], () => (ended += 1)),
      failing,
    );

    expect(await items.next()).toEqual({ done: false, value: 1 });
    await expect(items.next()).rejects.toThrow('no item');
    expect(ended).toBe(1);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });
});
