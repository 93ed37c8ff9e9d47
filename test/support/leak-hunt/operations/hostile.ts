import { expect } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import {
  CommitOutcomeUnknownError,
  CopyRefusedError,
  UnitOfWorkAbortedError,
} from '../../../../src/index.js';
import { expectError, expectLostConnection, expectSqlState } from '../expected-failures.js';
import { endless, seenAsleep } from '../outside.js';
import { selectedRow, selectRows } from '../trader.js';
import type { Operation, Operations, SelectedRow, Trader } from '../trader.js';
import { byId } from '../trader-model.js';
import { insertSql, valuesOf } from './appending.js';
import { hostileForms } from './hostile-texts.js';
import type { HostileText } from './hostile-texts.js';

class Undone extends Error {}

const divisionByZero = '22012';

/** A block that runs a statement and then another. */
function block({ sql }: HostileText, then: string): string {
  return `DO $hostile$ BEGIN EXECUTE $statement$${sql}$statement$; ${then} END $hostile$`;
}

type Query = (sql: string) => Promise<unknown>;

/** Runs a hostile text in a transaction, and checks its expected outcome. */
async function run({ sql, state }: HostileText, query: Query): Promise<void> {
  await (state === undefined ? query(sql) : expectSqlState(query(sql), state));
}

/** Runs a hostile text in an implicit transaction. */
function runAlone({ sql, state, stateOfCommit = state }: HostileText, query: Query): Promise<void> {
  return run({ sql, ...(stateOfCommit && { state: stateOfCommit }) }, query);
}

const byTrader = (trader: Trader) => (sql: string) => trader.query(sql);
const byRunner = (runner: QueryRunner) => (sql: string) => runner.query(sql);

type Way = (trader: Trader, hostile: HostileText, other: HostileText) => Promise<void>;

/** The APIs through which a hostile text reaches the server. */
const ways: Record<string, Way> = {
  alone: (trader, hostile) => runAlone(hostile, byTrader(trader)),

  "by a query runner's client": (trader, hostile) =>
    runAlone(hostile, (text) => trader.clientQuery({ name: 'journal_scope', text })),

  'in a statement that fails': (trader, hostile) =>
    expectSqlState(trader.query(block(hostile, 'RAISE division_by_zero;')), divisionByZero),

  'in a block that catches a failure': (trader, hostile) =>
    trader
      .query(block(hostile, 'RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL;'))
      .then(() => undefined),

  'in a unit': async (trader, hostile) => {
    const isStored = await storing(trader, () => trader.query(hostile.sql));
    expect(isStored).toBe(isCommittable(hostile));
  },

  // State left by the first statement may make the second one fail.
  'in a unit, before another': async (trader, hostile, other) => {
    await storing(trader, async () => {
      await trader.query(hostile.sql);
      await trader.query(other.sql);
    });
  },

  'in a unit that is undone': async (trader, hostile) => {
    const undone = trader.unit(async () => {
      await trader.hunted.journal.append(trader.newEntry());
      await run(hostile, byTrader(trader));
      throw new Undone('undone');
    });
    await expectError(undone, Undone);
  },

  'in a unit that fails': async (trader, hostile) => {
    const failing = trader.unit(async () => {
      await trader.hunted.journal.append(trader.newEntry());
      await run(hostile, byTrader(trader));
      await trader.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expectError(failing, UnitOfWorkAbortedError);
  },

  'in a savepoint that is undone': async (trader, hostile) => {
    const { journal } = trader.hunted;
    const [before, after] = [trader.newEntry(), trader.newEntry()];
    await trader.unit(async () => {
      await journal.append(before);
      const undone = trader.unit(async () => {
        await journal.append(trader.newEntry());
        await run(hostile, byTrader(trader));
        throw new Undone('undone');
      });
      await expectError(undone, Undone);
      await journal.append(after);
    });
    trader.has(before, after);
  },

  "in a query runner's transaction": (trader, hostile) =>
    trader.withRunner(async (runner) => {
      const entry = trader.newEntry();
      await runner.startTransaction();
      await runner.query(insertSql, [trader.userId, ...valuesOf(entry)]);
      const isStored = await succeeds(async () => {
        await runner.query(hostile.sql);
        await runner.commitTransaction();
      });
      if (isStored) trader.has(entry);
      expect(isStored).toBe(isCommittable(hostile));
    }),

  "in a query runner's transaction that nobody ends": (trader, hostile) =>
    trader.withRunner(async (runner) => {
      await runner.startTransaction();
      await runner.query(insertSql, [trader.userId, ...valuesOf(trader.newEntry())]);
      await run(hostile, byRunner(runner));
    }),

  'in a statement whose query runner is released': async (trader, hostile) => {
    const { sql, mark } = endless(trader, block(hostile, 'PERFORM pg_sleep(1);'));
    const runner = trader.hunted.dataSource.createQueryRunner();
    const released = expectLostConnection(runner.query(sql));
    await seenAsleep(trader.hunted, { mark });
    await runner.release();
    await released;
  },
};

/** The ways that accept a statement that a DO block cannot contain. */
const topLevelWays = Object.keys(ways).filter((name) => !/ in a (statement|block) /.test(` ${name} `));

/**
 * Stores an entry in a unit of work, and then calls `then` in it.
 *
 * @returns whether the unit was committed
 */
async function storing(trader: Trader, then: () => Promise<unknown>): Promise<boolean> {
  const entry = trader.newEntry();
  const isStored = await succeeds(() =>
    trader.unitOnce(async () => {
      await trader.hunted.journal.append(entry);
      await then();
    }),
  );
  if (isStored) trader.has(entry);
  return isStored;
}

/** Whether a transaction can commit after this text. */
function isCommittable({ state, stateOfCommit }: HostileText): boolean {
  return state === undefined && stateOfCommit === undefined;
}

/** Whether `work` succeeds. A refusal is allowed; an unknown outcome is an error. */
async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof CommitOutcomeUnknownError) throw error;
    return false;
  }
}

/** A hostile text and the way in which it is sent. */
interface HostileCase {
  name: string;
  run: Operation;
}

function hostileCase(form: string, way: string): HostileCase {
  return {
    name: `${form}, ${way}`,
    run: async (trader, choice) => {
      const hostile = hostileForms[form]?.(trader, choice);
      const other = oneOf(Object.values(hostileForms), choice)(trader, choice);
      if (hostile === undefined) throw new Error(`there is no hostile text: ${form}`);
      if (hostile.isTopLevel && !topLevelWays.includes(way)) return;
      try {
        await ways[way]?.(trader, hostile, other);
      } catch (cause) {
        throw new Error(`${form}, ${way}: ${hostile.sql}: ${String(cause)}`, { cause });
      }
    },
  };
}

function oneOf<T>(all: readonly T[], choice: number): T {
  return all[choice % all.length] as T;
}

/** All combinations of hostile texts and ways. */
export const hostileCases: readonly HostileCase[] = Object.keys(hostileForms).flatMap((form) =>
  Object.keys(ways).map((way) => hostileCase(form, way)),
);

/** Sends hostile SQL that tries to leave state in the session for the next user. */
export const hostile: Operations = {
  ...Object.fromEntries(
    Object.keys(ways).map((way): [string, Operation] => [
      `a hostile text ${way}`,
      (trader, choice) => hostileCase(oneOf(Object.keys(hostileForms), choice >> 8), way).run(trader, choice),
    ]),
  ),

  'a setting within a unit that names the victim': async (trader) => {
    const entry = trader.newEntry();
    const rows = trader.model.rows;
    await trader.unit(async () => {
      await trader.query(`SELECT set_config('app.user_id', $1, true)`, [trader.hunted.victim]);
      expect(byId(((await trader.query(selectRows)) as SelectedRow[]).map(selectedRow))).toEqual(rows);
      await trader.query(`SET LOCAL app.user_id = '${trader.hunted.victim}'`);
      await trader.hunted.journal.append(entry);
    });
    trader.has(entry);
  },

  'a temporary table that a stream makes': (trader) =>
    expectSqlState(
      trader.unit(async (manager) => {
        const text = 'CREATE TEMP TABLE journal AS TABLE public.journal';
        for await (const _ of (await manager.queryRunner?.stream(text)) ?? []) continue;
      }),
      '42601',
    ),

  COPY: async (trader) => {
    const texts = [
      `COPY (SELECT set_config('client_encoding', 'LATIN1', false)) TO STDOUT`,
      '/* */ COPY accounts (user_id, id, name) FROM STDIN',
    ];
    for (const text of texts) {
      await expectError(trader.query(text), CopyRefusedError);
      await expectError(
        trader.unit(() => trader.query(text)),
        CopyRefusedError,
      );
    }
  },

  'a stream that sets settings': (trader) =>
    trader.unit(async (manager) => {
      const text = `SELECT set_config('client_encoding', 'LATIN1', false), set_config('role', 'none', false)`;
      for await (const _ of (await manager.queryRunner?.stream(text)) ?? []) continue;
    }),
};
