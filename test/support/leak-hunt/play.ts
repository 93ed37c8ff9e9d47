import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { UserScopeMissingError } from '../../../src/index.js';
import { until } from '../until.js';
import { isLostConnection } from './expected-failures.js';
import type { HuntedJournal } from './hunted-journal.js';
import { expectNoLeftovers } from './leftovers.js';
import { hostileCases } from './operations/hostile.js';
import { operations } from './operations/index.js';
import { killIdle } from './outside.js';
import { readingWays } from './reading-ways/index.js';
import { traders } from './rounds.js';
import type { Round, Turn } from './rounds.js';
import { rowOf, selectedRow, selectRows, storedRow, Trader } from './trader.js';
import type { SelectedRow } from './trader.js';
import { byId } from './trader-model.js';

/** How often each operation and each reading way occurred. */
export type Tally = Map<string, number>;

/**
 * Plays a life with three new traders.
 *
 * @throws Error that names the failed operation and reading way
 */
export async function play(hunted: HuntedJournal, life: readonly Round[], tally: Tally): Promise<void> {
  const those = await newTraders(hunted);
  for (const round of life) {
    await allOf(those.map((trader, index) => takeTurns(trader, round.turns[index] ?? [], tally)));
    await atRest(hunted);
    await expectNoLeftovers(hunted);
    if (round.isIdleKilled) await loseIdleSessions(hunted, those);
    await allOf(those.map((trader, index) => look(trader, waysOf(round, index), tally)));
    await expect(hunted.dataSource.query('SELECT id FROM journal')).rejects.toThrow(UserScopeMissingError);
  }
  await atRest(hunted);
  await expectNoLeftovers(hunted);
  for (const trader of those) await expectStored(trader);
}

/**
 * Runs every hostile text in every way, one after another. After each, checks the state of the
 * sessions, and the reads and writes of the next user.
 *
 * @param first index of the form of the first text; each following text has the next form
 */
export async function playHostile(hunted: HuntedJournal, first: number): Promise<void> {
  const [attacker, next] = (await newTraders(hunted)) as [Trader, Trader];
  for (const [index, { name, run }] of hostileCases.entries()) {
    await hunted.scope.run(attacker.userId, () => blaming(name, run(attacker, first + index)));
    await atRest(hunted);
    await blaming(`what is left by ${name}`, expectNoLeftovers(hunted));
    await hunted.scope.run(next.userId, () => blaming(`the next user after ${name}`, writeAndRead(next)));
  }
  for (const trader of [attacker, next]) await expectStored(trader);
}

/** Writes and reads with statements of the package and with others. */
async function writeAndRead(trader: Trader): Promise<void> {
  const { journal, entries } = trader.hunted;
  const [one, other] = [trader.newEntry(), trader.newRow()];
  await trader.unitOnce(() => journal.append([one]));
  await entries.insert(other);
  trader.has(one, other);
  const found = [await journal.get(one.id), await entries.findOneByOrFail({ id: other.id })];
  expect(found.map(rowOf)).toEqual([one, other].map(storedRow));
}

/**
 * Checks the stored rows as the tables' owner. A user's own session could misread rows that it had
 * written wrongly.
 */
async function expectStored({ hunted, userId, model }: Trader): Promise<void> {
  const stored = await hunted.owner.query<SelectedRow[]>(`${selectRows} WHERE user_id = $1`, [userId]);
  expect(byId(stored.map(selectedRow))).toEqual(model.rows);
}

async function newTraders(hunted: HuntedJournal): Promise<Trader[]> {
  const those: Trader[] = [];
  while (those.length < traders) {
    const userId = await hunted.newUser();
    those.push(new Trader(hunted, userId, (await hunted.users.get(userId)).email));
  }
  const ids = [hunted.victim, ...those.map(({ userId }) => userId)];
  for (const trader of those) trader.strangers = ids.filter((id) => id !== trader.userId);
  return those;
}

async function takeTurns(trader: Trader, turns: readonly Turn[], tally: Tally): Promise<void> {
  for (const { operation, choice, way } of turns) {
    await trader.hunted.scope.run(trader.userId, async () => {
      await blaming(operation, operations[operation]?.(trader, choice));
      count(tally, operation);
      await blaming(`${operation}, seen by ${way}`, readingWays[way]?.(trader));
      count(tally, way);
    });
  }
}

function waysOf({ readers }: Round, trader: number): string[] {
  return readers === 'all ways' ? Object.keys(readingWays) : readers.slice(trader, trader + 1);
}

async function look(trader: Trader, ways: readonly string[], tally: Tally): Promise<void> {
  await trader.hunted.scope.run(trader.userId, async () => {
    for (const way of ways) {
      await blaming(`after the round, seen by ${way}`, readingWays[way]?.(trader));
      count(tally, way);
    }
  });
}

/**
 * Terminates idle sessions. Afterwards only lost-connection errors are allowed, at most one for
 * each connection of the pool.
 */
async function loseIdleSessions(hunted: HuntedJournal, [trader]: readonly Trader[]): Promise<void> {
  await killIdle(hunted);
  if (trader === undefined) return;
  const read = () => hunted.scope.run(trader.userId, () => trader.query('SELECT id FROM journal'));
  for (let losses = 0; losses <= hunted.variation.poolSize; losses += 1) {
    try {
      return void (await read());
    } catch (error) {
      if (!isLostConnection(error)) throw error;
    }
  }
  throw new Error('the pool keeps connections that are gone');
}

/**
 * Waits for all promises even if one rejects, so that nothing is running when the application is
 * closed.
 */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}

/** Waits until connections that were closed instead of pooled have ended. */
async function atRest({ dataSource }: HuntedJournal): Promise<void> {
  await until(() => {
    const { total, idle } = dataSource.journal.connectionCounts;
    return idle === total;
  });
}

/** Longer than the sleep of any interrupted statement. */
const maxWork = 60_000;

/** Names the operation in the error if it fails or exceeds the time limit. */
async function blaming(what: string, work: Promise<void> | undefined): Promise<void> {
  if (work === undefined) throw new Error(`there is no such operation or way: ${what}`);
  const watch = new AbortController();
  const stuck = sleep(maxWork, undefined, { signal: watch.signal }).then(() => {
    throw new Error('it does not come to its end');
  });
  try {
    await Promise.race([work, stuck]);
  } catch (cause) {
    throw new Error(`${what}: ${(cause as Error).message}`, { cause });
  } finally {
    watch.abort();
    stuck.catch(() => undefined);
  }
}

function count(tally: Tally, name: string): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}
