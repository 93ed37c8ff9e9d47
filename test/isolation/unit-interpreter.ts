import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { QueryFailedError } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  Account,
  UnitOfWorkAbortedError,
  UnitOfWorkEndedError,
  UnknownAccountError,
} from '../../src/index.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import type { Append, Fail, failures, Program, Read, Statement, Step, Unit, Write } from './unit-programs.js';

/** The result of a promise, and the moment of the run at which it settled. */
export interface Outcome {
  at: number;
  rejection?: { error: unknown };
}

/** Observations of a unit. Moments are numbers that increase during a run. */
export interface UnitRecord {
  unit: Unit;
  parent: UnitRecord | undefined;
  /** When the program asked for it. */
  asked: number;
  /** How many times its callback was called. */
  calls: number;
  /** When its callback settled. */
  settled?: Outcome;
  /** A moment at which the package knows that the callback has settled. */
  ended?: number;
  outcome?: Outcome;
}

/** Observations of a statement. */
export interface StatementRecord {
  step: Statement;
  unit: UnitRecord;
  sent: number;
  outcome?: Outcome;
  /** The ids that a read returned. */
  ids?: string[];
}

/** An error that a program throws itself. */
export class OwnError extends Error {
  constructor(readonly n: number) {
    super(`own error of ${n}`);
  }
}

interface Context {
  record: UnitRecord;
  manager: EntityManager;
  firstManager: EntityManager;
}

/** A program ends in milliseconds, unless its units wait for each other. */
const maxRun = 20_000;
let runs = 0;

/** One run of a program for one user, with the observations of its units and statements. */
export class Run {
  /** In the order in which the program asked for them. */
  readonly units: UnitRecord[] = [];
  readonly statements: StatementRecord[] = [];
  /** Begins the id of each row that the run writes. */
  readonly tag: string;
  readonly #events: { name: string; outcome?: Outcome }[] = [];
  #manager: EntityManager | undefined;
  /** Promises that the program does not await. */
  readonly #abandoned: Promise<void>[] = [];

  constructor(
    readonly program: Program,
    private readonly under: JournalUnderTest,
    readonly userId: string,
  ) {
    runs += 1;
    this.tag = `p${runs}`;
  }

  /** Resolves when every promise of the program has settled. @throws Error after 20 seconds */
  async play(): Promise<void> {
    const { root } = this.program;
    const whole = this.under.scope.run(this.userId, async () => {
      await this.#unit(root, undefined).catch(() => undefined);
      while (this.#abandoned.length > 0) await Promise.all(this.#abandoned.splice(0));
    });
    const stopped = new AbortController();
    const late = setTimeout(maxRun, true, { signal: stopped.signal }).catch(() => false);
    const isLate = await Promise.race([whole.then(() => false), late]);
    stopped.abort();
    if (isLate) throw new Error(`the program does not end\n${this.trace}`);
  }

  /** The ids that a statement writes. */
  idsOf(step: Statement): string[] {
    if (step.kind === 'write') return [`${this.tag}a${step.n}`];
    const id = `${this.tag}e${step.n}`;
    return step.kind === 'append' ? [id, `${id}-2`].slice(0, step.entries) : [];
  }

  /** The events in their order, one line each. */
  get trace(): string {
    const ends = ({ outcome }: { outcome?: Outcome }) => (outcome ? `: ${this.describe(outcome)}` : '');
    return this.#events.map((event, index) => `${index + 1} ${event.name}${ends(event)}`).join('\n');
  }

  /** A result in words. For an error they name the step that caused it. */
  describe(outcome: Outcome): string {
    return outcome.rejection ? this.#describeError(outcome.rejection.error) : 'resolved';
  }

  #describeError(error: unknown): string {
    if (error instanceof OwnError) return error.message;
    if (error instanceof UnitOfWorkAbortedError) return `aborted by ${this.#describeError(error.cause)}`;
    if (error instanceof UnitOfWorkEndedError) return 'ended';
    if (error instanceof UnknownAccountError) return 'unknown account';
    if (!(error instanceof Error)) return String(error);
    const source = this.statements.find(
      ({ outcome }) => outcome?.rejection && driverError(outcome.rejection.error) === driverError(error),
    );
    const { code } = error as { code?: string };
    return source && code ? `${code} of ${source.step.n}` : `${error.name} (${code}): ${error.message}`;
  }

  #note(name: string): number {
    return this.#events.push({ name });
  }

  async #unit(unit: Unit, outer: Context | undefined): Promise<void> {
    const record: UnitRecord = {
      unit,
      parent: outer?.record,
      asked: this.#note(`unit ${unit.n}: asked for`),
      calls: 0,
    };
    this.units.push(record);
    const { scope, dataSource } = this.under;
    const transactions = {
      'scope.transaction': (work: (manager: EntityManager) => Promise<void>) => scope.transaction(work),
      'dataSource.transaction': (work: (manager: EntityManager) => Promise<void>) =>
        dataSource.transaction(work),
      'manager.transaction': (work: (manager: EntityManager) => Promise<void>) =>
        (outer?.manager ?? dataSource.manager).transaction(work),
    };
    const done = transactions[unit.route](async (manager) => {
      record.calls += 1;
      this.#note(`unit ${unit.n}: begun`);
      if (outer === undefined) this.#manager = manager;
      const callback = this.#steps(unit.steps, { record, manager, firstManager: this.#manager ?? manager });
      return this.#seen(callback, `unit ${unit.n}: callback`, (outcome) => {
        record.settled = outcome;
        this.#abandoned.push(
          nextTurn().then(() => {
            record.ended = this.#events.length;
          }),
        );
      });
    });
    await this.#seen(done, `unit ${unit.n}`, (outcome) => (record.outcome = outcome));
  }

  /** Records the result of a promise. */
  async #seen<T>(promise: Promise<T>, name: string, keep: (outcome: Outcome) => void): Promise<T> {
    const note = (rejection: Outcome['rejection']) => {
      const outcome: Outcome = { at: this.#events.length + 1, ...(rejection && { rejection }) };
      this.#events.push({ name, outcome });
      keep(outcome);
    };
    try {
      const value = await promise;
      note(undefined);
      return value;
    } catch (error) {
      note({ error });
      throw error;
    }
  }

  async #steps(steps: Step[], context: Context): Promise<void> {
    for (const step of steps) {
      try {
        await this.#step(step, context);
      } catch (error) {
        if (!step.caught) throw error;
      }
    }
  }

  async #step(step: Step, context: Context): Promise<void> {
    switch (step.kind) {
      case 'throw':
        throw new OwnError(step.n);
      case 'pause':
        return step.milliseconds === 0 ? nextTurn() : setTimeout(step.milliseconds);
      case 'nested':
        return this.#unit(step.unit, context);
      case 'abandoned':
        this.#abandon(this.#steps(step.steps, context));
        return;
      case 'parallel': {
        const branches = step.branches.map((steps) => this.#steps(steps, context));
        branches.forEach((branch) => this.#abandon(branch));
        if (step.combinator === 'all') await Promise.all(branches);
        else if (step.combinator === 'race') await Promise.race(branches);
        else await Promise.allSettled(branches);
        return;
      }
      default:
        return this.#statement(step, context);
    }
  }

  #abandon(promise: Promise<void>): void {
    this.#abandoned.push(promise.catch(() => undefined));
  }

  async #statement(step: Statement, context: Context): Promise<void> {
    const sent = this.#note(`${step.kind} ${step.n}: sent`);
    const record: StatementRecord = { step, unit: context.record, sent };
    this.statements.push(record);
    const result = this.#seen(this.#send(step, context), `${step.kind} ${step.n}`, (outcome) => {
      record.outcome = outcome;
    });
    record.ids = (await result) ?? [];
  }

  #send(step: Statement, context: Context): Promise<string[] | void> {
    switch (step.kind) {
      case 'append':
        return this.#append(step);
      case 'write':
        return this.#write(step, context);
      case 'fail':
        return this.#fail(step, context);
      case 'read':
        return this.#read(step);
    }
  }

  async #append(step: Append): Promise<void> {
    const entries = this.idsOf(step).map((id) => ({
      id,
      ts: new Date('2026-01-05T15:30:00.000Z'),
      accountId: step.account,
      type: 'fee' as const,
      amount: '-1.30' as const,
    }));
    await this.under.journal.append(entries);
  }

  async #write(step: Write, context: Context): Promise<void> {
    const { dataSource } = this.under;
    const [id = ''] = this.idsOf(step);
    const account = { userId: this.userId, id, name: 'Plain' };
    switch (step.route) {
      case 'repository.insert':
        return void (await dataSource.getRepository(Account).insert(account));
      case 'repository.save':
        return void (await dataSource.getRepository(Account).save(account));
      case 'manager.insert':
        return void (await context.manager.insert(Account, account));
      case 'queryBuilder.insert':
        return void (await dataSource.createQueryBuilder().insert().into(Account).values(account).execute());
      case 'queryRunner.manager.insert': {
        const runner = dataSource.createQueryRunner();
        return void (await runner.manager.insert(Account, account).finally(() => runner.release()));
      }
      default:
        return this.#query(step, context, insertAccount, [this.userId, id]);
    }
  }

  async #fail(step: Fail, context: Context): Promise<void> {
    const texts: Record<keyof typeof failures, [string, unknown[]]> = {
      'unknown table': ['SELECT * FROM missing', []],
      'wrong parameter': ['SELECT $1::int', ['one']],
      'division by zero': ['SELECT 1 / 0', []],
      'duplicate key': [insertAccount, [this.userId, 'acct-1']],
    };
    const [text, values] = texts[step.how];
    await this.#query(step, context, text, values);
  }

  async #query(
    { route }: Write | Fail,
    { manager, firstManager }: Context,
    text: string,
    values: unknown[],
  ): Promise<void> {
    const { dataSource } = this.under;
    if (route === 'manager.query') await manager.query(text, values);
    else if (route === 'first manager.query') await firstManager.query(text, values);
    else if (route === 'dataSource.query') await dataSource.query(text, values);
    else {
      const runner = dataSource.createQueryRunner();
      await runner.query(text, values).finally(() => runner.release());
    }
  }

  async #read({ route }: Read): Promise<string[]> {
    const { journal, accounts, dataSource } = this.under;
    const ids: string[] = [];
    if (route === 'journal.page')
      ids.push(...(await journal.page({ limit: 100 })).entries.map(({ id }) => id));
    else if (route === 'journal.stream') for await (const { id } of journal.stream()) ids.push(id);
    else if (route === 'accounts.list') ids.push(...(await accounts.list()).map(({ id }) => id));
    else {
      const rows = await dataSource.query<{ id: string }[]>(allIds);
      ids.push(...rows.map(({ id }) => id));
    }
    return ids.filter((id) => !id.startsWith('acct-')).sort();
  }
}

const insertAccount = `INSERT INTO accounts (user_id, id, name) VALUES ($1, $2, 'Plain')`;
const allIds = 'SELECT id FROM journal UNION ALL SELECT id FROM accounts';

/** Whether a read by this route returns a row with this id. */
export function isReadBy({ route }: Read, id: string): boolean {
  const isEntry = /^p\d+e/.test(id);
  return route === 'dataSource.query' || isEntry === route.startsWith('journal.');
}

/** TypeORM wraps the error of the driver. */
function driverError(error: unknown): unknown {
  return error instanceof QueryFailedError ? (error.driverError as unknown) : error;
}
