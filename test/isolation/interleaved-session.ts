import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import type { JournalDriver } from '../../src/driver/journal-driver.js';

/** Resolves when the scheduler allows the next step. */
export type Pause = () => Promise<void>;

/**
 * A session that the scheduler runs step by step. It stops at each pause. If a step blocks on a
 * lock of the other session, the scheduler does not await the step; the step continues when the
 * other session releases the lock.
 */
export class InterleavedSession<T> {
  readonly outcome: Promise<PromiseSettledResult<T>>;
  #isDone = false;
  #isBlocked = false;
  #resume: (() => void) | undefined;
  #notify: () => void = () => undefined;

  /** @param isBlocked whether the session currently waits for a lock */
  constructor(
    work: (pause: Pause) => Promise<T>,
    private readonly isBlocked: () => Promise<boolean>,
  ) {
    const pause = () =>
      new Promise<void>((resolve) => {
        this.#resume = resolve;
        this.#notify();
      });
    this.outcome = Promise.allSettled([pause().then(() => work(pause))]).then(([outcome]) => {
      this.#isDone = true;
      this.#notify();
      return outcome;
    });
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the session is paused, so that its next step can run. */
  get isReady(): boolean {
    return this.#resume !== undefined;
  }

  step(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  /** Resolves when the session pauses, blocks on a lock, or finishes. */
  async settle(): Promise<void> {
    while (!this.isReady && !this.#isDone) {
      // Most steps finish within milliseconds. Asking the server whether a step is blocked takes
      // longer.
      if (!this.#isBlocked) await Promise.race([this.#change(), setTimeout(4)]);
      if (this.isReady || this.#isDone) break;
      this.#isBlocked = await this.isBlocked();
      if (this.#isBlocked) return;
    }
    this.#isBlocked = false;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#notify = resolve));
  }
}

/**
 * Runs two new sessions in every possible order of their steps (depth-first search). Each run
 * changes the last scheduling decision that had an untried alternative.
 *
 * @param run starts two sessions, has the scheduler run them to the end, and checks the result
 * @returns the orders, as `aabb`
 */
export async function inEveryOrder(
  run: (drive: (sessions: readonly InterleavedSession<unknown>[]) => Promise<string>) => Promise<void>,
): Promise<string[]> {
  const orders: string[] = [];
  let beginning: readonly number[] | undefined = [];
  while (beginning !== undefined) {
    const given: readonly number[] = beginning;
    let choices: Choice[] = [];
    await run(async (sessions) => {
      choices = await driven(sessions, given);
      return orderOf(choices);
    });
    orders.push(orderOf(choices));
    const last = choices.findLastIndex(({ other }) => other !== undefined);
    const other = choices[last]?.other;
    beginning =
      other === undefined ? undefined : [...choices.slice(0, last).map(({ chosen }) => chosen), other];
  }
  return orders;
}

interface Choice {
  chosen: number;
  /** The untried alternative of this decision, if there is one. */
  other: number | undefined;
}

async function driven(
  sessions: readonly InterleavedSession<unknown>[],
  beginning: readonly number[],
): Promise<Choice[]> {
  const choices: Choice[] = [];
  while (sessions.some(({ isDone }) => !isDone)) {
    const ready = sessions.flatMap(({ isReady }, index) => (isReady ? index : []));
    const chosen = beginning[choices.length] ?? ready[0];
    if (chosen !== undefined) {
      if (!ready.includes(chosen)) throw new Error('the same order went another way this time');
      choices.push({ chosen, other: ready.find((index) => index > chosen) });
      sessions[chosen]?.step();
    }
    for (const session of sessions) await session.settle();
    // The finished session has released the lock, and the blocked session has not continued yet.
    if (chosen === undefined) await setTimeout(1);
  }
  return choices;
}

function orderOf(choices: readonly Choice[]): string {
  return choices.map(({ chosen }) => 'ab'[chosen]).join('');
}

interface Steps {
  pattern: RegExp;
  pause: Pause;
}

const current = new AsyncLocalStorage<Steps>();
const pausingDrivers = new WeakSet<JournalDriver>();

/** Runs `work` with a pause before each statement whose text matches `pattern`. */
export function pausing<T>(
  driver: JournalDriver,
  pattern: RegExp,
  pause: Pause,
  work: () => Promise<T>,
): Promise<T> {
  if (!pausingDrivers.has(driver)) {
    pausingDrivers.add(driver);
    const [run, query] = [driver.run.bind(driver), driver.query.bind(driver)];
    driver.run = async (statement) => {
      await pauseBefore(statement.text);
      return run(statement);
    };
    driver.query = async (statement, ...rest) => {
      await pauseBefore(statement.text);
      return query(statement, ...rest);
    };
  }
  return current.run({ pattern, pause }, work);
}

async function pauseBefore(text: string): Promise<void> {
  const steps = current.getStore();
  if (steps?.pattern.test(text)) await steps.pause();
}
