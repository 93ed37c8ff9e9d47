/**
 * Calls `work` with each chunk of a source in its prepared form, one chunk after another. `work`
 * calls `prepareNext` while the server stores the chunk, so that preparation costs no time of its
 * own.
 *
 * Reads the source only between two calls of `work`: the source may use the same unit of work.
 * Closes it at the end.
 */
export async function prepareAhead<Chunk extends object, Prepared extends object>(
  source: AsyncGenerator<Chunk, void>,
  prepare: (chunk: Chunk) => Prepared,
  work: (prepared: Prepared, prepareNext: () => void) => Promise<void>,
): Promise<void> {
  const read = async () => (await source.next()).value ?? undefined;
  try {
    const first = await read();
    let prepared = first && prepare(first);
    while (prepared) {
      const next = await read();
      let ahead: Prepared | undefined;
      await work(prepared, () => (ahead = next && prepare(next)));
      prepared = ahead ?? (next && prepare(next));
    }
  } finally {
    await source.return();
  }
}
