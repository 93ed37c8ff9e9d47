import { AsyncResource } from 'node:async_hooks';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EntityManager } from 'typeorm';
import type { JournalDataSourceOptions } from '../isolation/isolated.data-source.js';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { rowsOf } from '../driver/statements/entity-rows.js';
import type { HeldRow } from '../driver/contract/row.js';
import { UnitOfWorkEndedError } from '../driver/failures/transaction.errors.js';
import { driverOf } from '../driver/statements/run-statement.js';
import type { UserScope } from '../isolation/user-scope.js';
import { checkReadInput, oneOf } from '../model/input-check.js';
import { journalFilter, type JournalFilter } from './journal-filter.js';
import { entryOrders, holdEntries, type EntryOrder, type EntryRange } from './read-entries.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * The reader of a stream paused longer than `DATABASE_STREAM_TIMEOUT_MS`, so the stream was ended
 * to free its connection. Entries read so far are valid.
 *
 * @remedy Read without pauses, or page instead.
 */
export class StreamAbandonedError extends JournalDatabaseError {
  readonly code = 'STREAM_ABANDONED';

  constructor(
    /** Milliseconds. */
    readonly waited: number,
  ) {
    super(
      `The stream was not read for ${waited} ms (DATABASE_STREAM_TIMEOUT_MS) and was ended, because it holds a connection. Read it ` +
        'without pauses, or leave its loop.',
    );
  }
}

/** A filter and an order. */
export interface StreamRequest extends JournalFilter {
  /** Defaults to `newest-first`. */
  order?: EntryOrder;
}

const streamRequest = journalFilter.extend({
  order: oneOf(entryOrders).optional(),
});

/** Entries per round trip: bounded memory, negligible round-trip cost per entry. */
const batchSize = 2_000;

/**
 * Streams the entries that match a filter from one REPEATABLE READ snapshot, which holds a
 * connection until the loop ends. Inside a unit of work it reads batch by batch in that unit, so
 * the loop can run other statements of the unit in between.
 *
 * @throws InvalidInputError
 * @throws UnitOfWorkEndedError from the loop, if it reads the stream of a unit outside that unit
 */
export function streamEntries(scope: UserScope, request: StreamRequest): AsyncGenerator<JournalEntry, void> {
  const { order, ...filter } = checkReadInput('stream request', streamRequest, request);
  const { manager, userId } = scope;
  const range = { filter, order, limit: batchSize };
  const read = (from: EntityManager) => batches(scope, from, userId, range);
  const entry = entryOf(manager);
  if (scope.hasUnit) return new BatchIterator(read(manager), entry);
  const reader: Reader = { pausedSince: undefined };
  return new BatchIterator(snapshot(scope, new AsyncResource('JournalStream'), read, reader), (held) => {
    reader.pausedSince = performance.now();
    return entry(held);
  });
}

interface Reader {
  /** When it received its last entry; undefined while it waits for a batch. */
  pausedSince: number | undefined;
}

async function* snapshot(
  scope: UserScope,
  within: AsyncResource,
  read: (unit: EntityManager) => AsyncIterable<HeldRow[]>,
  reader: Reader,
): AsyncGenerator<HeldRow[], void> {
  // Prefetches one batch while the reader processes the previous one.
  const channel = new PassThrough({ objectMode: true, highWaterMark: 1 });
  const options = { isolation: 'REPEATABLE READ', attempts: 1 } as const;
  const reading = within
    .runInAsyncScope(() =>
      scope.transaction((unit) => {
        const awake = keepAwake(unit, channel);
        return pipeline(read(unit), channel).finally(() => clearInterval(awake));
      }, options),
    )
    .catch((error: unknown) => void channel.destroy(error as Error));
  endUnread(channel, reader, streamTimeoutOf(scope));
  try {
    for await (const batch of channel as AsyncIterable<HeldRow[]>) {
      yield batch;
      reader.pausedSince = undefined;
    }
  } finally {
    channel.destroy();
    await reading;
  }
}

function streamTimeoutOf({ manager }: UserScope): number {
  return (manager.dataSource.options as JournalDataSourceOptions).streamTimeout;
}

/** Ends a stream that was not read for `timeout` milliseconds, to free its connection. */
function endUnread(channel: PassThrough, reader: Reader, timeout: number): void {
  if (timeout === 0) return;
  const watch = () => {
    const { pausedSince } = reader;
    if (pausedSince !== undefined && performance.now() - pausedSince >= timeout)
      channel.destroy(new StreamAbandonedError(timeout));
  };
  const timer = setInterval(watch, Math.min(timeout, 1_000)).unref();
  // A running timer keeps the channel and its entries in memory. A reader that drops the stream
  // never reaches the `finally` of `snapshot`.
  channel.once('close', () => clearInterval(timer));
}

/**
 * Sends a statement every second or more often: a steady reader may take longer for a batch than
 * the server lets a transaction be idle. `endUnread` ends the stream of a reader that pauses.
 */
function keepAwake({ dataSource }: EntityManager, channel: PassThrough): NodeJS.Timeout {
  const { extra } = dataSource.options as { extra: { idle_in_transaction_session_timeout: number } };
  let isAnswered = true;
  const send = () => {
    if (!isAnswered) return;
    isAnswered = false;
    driverOf(dataSource)
      .run({ text: 'SELECT', values: [], map: () => undefined, isRead: true })
      .then(
        () => (isAnswered = true),
        (error: Error) => channel.destroy(error),
      );
  };
  return setInterval(send, Math.min(extra.idle_in_transaction_session_timeout / 3 || 1_000, 1_000)).unref();
}

async function* batches(
  scope: UserScope,
  manager: EntityManager,
  userId: string,
  range: EntryRange,
): AsyncGenerator<HeldRow[], void> {
  let after: JournalEntry | undefined;
  do {
    // A statement runs in the unit of its async context. A reader outside this unit would get
    // batches of different states, with the policies of another user.
    if (scope.manager !== manager) throw new UnitOfWorkEndedError();
    const batch = await holdEntries(manager, userId, { ...range, after });
    const last = batch.length === range.limit ? batch.at(-1) : undefined;
    after = last && entryOf(manager)(last);
    yield batch;
  } while (after !== undefined);
}

/**
 * Builds an entry from its row only when the reader takes it: the entry dies young, in V8's new
 * space. A whole batch of entries would survive two scavenges and be copied each time.
 */
function entryOf(manager: EntityManager): (held: HeldRow) => JournalEntry {
  const { map } = rowsOf(manager, JournalEntry);
  return (held) => map(held.row());
}

/**
 * Iterates over the items of batches. Behaves as an async generator with `yield*`, and creates a
 * fraction of its promises per item.
 */
export class BatchIterator<T, Kept> implements AsyncGenerator<T, void> {
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
