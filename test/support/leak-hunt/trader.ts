import type { EntityManager, QueryRunner } from 'typeorm';
import type { Answer } from '../../../src/driver/contract/contract.js';
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

/** A user of a hunt, and the model of the rows that belong to this user. */
export class Trader {
  readonly model = new TraderModel();
  /** The ids of the other users, including the victim. */
  strangers: readonly string[] = [];
  #made = 0;

  constructor(
    readonly hunted: HuntedJournal,
    readonly userId: string,
    readonly email: string,
  ) {}

  /** A new entry. Other traders have entries with the same id; amount and notes are unique. */
  newEntry(): HuntedEntry {
    const number = this.hunted.nextNumber();
    this.#made += 1;
    return {
      id: `e-${this.#made}`,
      // Month, day and hour are small numbers: a mix-up of two of them yields a valid timestamp.
      ts: new Date(Date.UTC(2026, 1, 3, 4) + this.#made * 1000),
      accountId: 'acct-1',
      type: 'fee',
      amount: `${number}.00000000` as DecimalString,
      notes: `of ${this.userId}: Café ${number}`,
    };
  }

  /** The entry with `userId`, for APIs that require it. */
  newRow(): HuntedEntry & { userId: string } {
    return { ...this.newEntry(), userId: this.userId };
  }

  /** Runs SQL through the DataSource, without a user condition. */
  query(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.hunted.dataSource.query(sql, values);
  }

  unit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.hunted.scope.transaction(work);
  }

  /** Runs a unit of work that is not retried after a lost connection. */
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

  /** Runs `work` with the client of a query runner. */
  withClient<T>(work: (client: Handle) => Promise<T>): Promise<T> {
    return this.withRunner(async (runner) => work((await runner.connect()) as Handle));
  }

  /** Runs a statement with the client of a query runner. */
  clientQuery(config: string | { name?: string; text: string }, values: unknown[] = []): Promise<Answer> {
    return this.withClient((client) => client.query(config, values) as Promise<Answer>);
  }

  /** Records in the model that entries are stored. */
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

/** Selects all visible rows. */
export const selectRows = `
  SELECT id, ts, account_id AS "accountId", amount::text AS amount, notes, deleted_at IS NOT NULL AS "isDeleted",
    original_entry_id AS "originalEntryId" FROM journal`;

/** A row as pg returns it. */
export type SelectedRow = Omit<Row, 'ts'> & { ts: Date };

export function selectedRow({ ts, ...row }: SelectedRow): Row {
  return { ...row, ts: ts.toISOString() };
}

/**
 * An operation of a trader. Updates the trader's model, and throws if the outcome is unexpected.
 */
export type Operation = (trader: Trader, choice: number) => Promise<void>;
export type Operations = Record<string, Operation>;

/**
 * Reads rows and compares them with the trader's model. The query has no user condition, or it also
 * names strangers.
 */
type ReadingWay = (trader: Trader) => Promise<void>;
export type ReadingWays = Record<string, ReadingWay>;
