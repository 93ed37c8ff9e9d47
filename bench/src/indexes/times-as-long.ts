import { median } from '../measuring/statistics.js';

/** Limits of a probe in each half of a round: runs, and milliseconds. */
const maxRuns = 100;
const maxTime = 1_000;
/**
 * Discarded runs after a change, in which the server plans the statement. A generic plan is
 * possible after five executions.
 */
const settlingRuns = 8;

/**
 * The ratio of a probe's time without an index or check to its time with it: median and minimum
 * over the rounds.
 */
export interface TimesAsLong {
  median: number;
  least: number;
}

/** Runs a probe with and without an index or check in each round. The order alternates. */
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
  const end = performance.now() + maxTime;
  for (let index = 0; index < maxRuns && (index === 0 || performance.now() < end); index += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  // A slow probe may reach its time limit during the discarded runs.
  return median(times.length > settlingRuns ? times.slice(settlingRuns) : times);
}
