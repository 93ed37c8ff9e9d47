import { median } from '../measuring/statistics.js';

/** How often a probe is run in each half of a round, and for how many milliseconds at most. */
const mostRuns = 100;
const mostTime = 1_000;
/**
 * Runs after a change that do not count, in which the server makes its plans: six until it may
 * settle on one.
 */
const settlingRuns = 8;

/**
 * How many times as long a probe takes without something as with it, of several rounds the median
 * and the least.
 */
export interface TimesAsLong {
  median: number;
  least: number;
}

/** Runs a probe with and without something in each round, and in each round the other one first. */
export async function timesAsLong(
  run: (turn: number) => Promise<unknown>,
  setUse: (isUsed: boolean) => Promise<void>,
  rounds: number,
): Promise<TimesAsLong> {
  const ratios: number[] = [];
  let turn = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const times = new Map<boolean, number>();
    for (const isUsed of round % 2 === 1 ? [false, true] : [true, false]) {
      await setUse(isUsed);
      times.set(isUsed, await timeOf(() => run((turn += 1))));
    }
    // The first round warms up.
    if (round > 0) ratios.push((times.get(false) ?? NaN) / (times.get(true) ?? NaN));
  }
  await setUse(true);
  return { median: median(ratios), least: Math.min(...ratios) };
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + mostTime;
  for (let index = 0; index < mostRuns && (index === 0 || performance.now() < end); index += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  // A slow one may not come to more runs than those.
  return median(times.length > settlingRuns ? times.slice(settlingRuns) : times);
}
