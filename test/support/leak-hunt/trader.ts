import type { EntityManager, QueryRunner } from 'typeorm';
import type { Answer } from '../../../src/driver/contract.js';
import type { Handle } from '../../../src/driver/typeorm-client.js';
import type { DecimalString, JournalEntry, NewEntry } from '../../../src/index.js';
import type { HuntedJournal } from './hunted-journal.js';
import { TraderModel } from './trader-model.js';
import type { Row } from './trader-model.js';

/** An entry as an operation writes it. */
export type HuntedEntry = Pick<NewEntry, 'ts' | 'accountId' | 'type'> & {
  id: string;
  amount: DecimalString;
  notes: string;
};

/** One of the users of a hunt, and what must be theirs. */
export class Trader {
  readonly model = new TraderModel();
  /** The other users, the victim among them. */
  strangers: readonly string[] = [];
  #made = 0;

  constructor(
    readonly hunted: HuntedJournal,
    readonly userId: string,
    readonly email: string,
  ) {}

  /** An entry whose id the other traders have too, and whose amount and notes nobody else has. */
  newEntry(): HuntedEntry {
    const number = this.hunted.nextNumber();
    this.#made += 1;
    return {
      id: `e-${this.#made}`,
      // Month, day and hour can be mistaken for each other.
      ts: new Date(Date.UTC(2026, 1, 3, 4) + this.#made * 1000),
      accountId: 'acct-1',
      type: 'fee',
      amount: `${number}.00000000` as DecimalString,
      notes: `of ${this.userId}: Café ${number}`,
    };
  }

  /** The entry with its owner, for the ways that leave that to the caller. */
  newRow(): HuntedEntry & { userId: string } {
    return { ...this.newEntry(), userId: this.userId };
  }

  /** SQL, by the DataSource, which names no user. */
  query(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.hunted.dataSource.query(sql, values);
  }

  unit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.hunted.scope.transaction(work);
  }

  /** A unit that is not tried again when its connection is lost. */
  unitOnce<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.hunted.scope.transaction(work, { attempts: 1 });
  }

  async withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.hunted.dataSource.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }

  /** The client that a query runner gives away. */
  withClient<T>(work: (client: Handle) => Promise<T>): Promise<T> {
    return this.withRunner(async (runner) => work((await runner.connect()) as Handle));
  }

  /** A statement of the client that a query runner gives away. */
  clientQuery(config: string | { name?: string; text: string }, values: unknown[] = []): Promise<Answer> {
    return this.withClient((client) => client.query(config, values) as Promise<Answer>);
  }

  /** Notes that entries are stored. */
  has(...entries: readonly HuntedEntry[]): void {
    this.model.add(...entries.map(storedRow));
  }
}

/** An entry as it is stored. */
export function storedRow({ id, ts, accountId, amount, notes }: HuntedEntry): Row {
  return { id, ts: ts.toISOString(), accountId, amount, notes, isDeleted: false, originalEntryId: null };
}

export function rowOf(entry: JournalEntry): Row {
  const { id, ts, accountId, amount, notes, deletedAt, originalEntryId } = entry;
  return {
    id,
    ts: ts.toISOString(),
    accountId,
    amount,
    notes,
    isDeleted: deletedAt !== null,
    originalEntryId,
  };
}

/** Rows as SQL gives them, of all whose rows can be seen. */
export const selectRows = `
  SELECT id, ts, account_id AS "accountId", amount::text AS amount, notes, deleted_at IS NOT NULL AS "isDeleted",
    original_entry_id AS "originalEntryId" FROM journal`;

/** A row as pg reads it. */
export type SelectedRow = Omit<Row, 'ts'> & { ts: Date };

export function selectedRow({ ts, ...row }: SelectedRow): Row {
  return { ...row, ts: ts.toISOString() };
}

/**
 * Something that a trader does, with what becomes of the trader's model. It fails if anything comes
 * out otherwise than expected.
 */
export type Operation = (trader: Trader, choice: number) => Promise<void>;
export type Operations = Record<string, Operation>;

/**
 * Something by which a trader reads, and compares with the trader's model. None names a user, or it
 * names strangers too.
 */
export type ReadingWay = (trader: Trader) => Promise<void>;
export type ReadingWays = Record<string, ReadingWay>;
