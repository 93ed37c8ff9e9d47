import { median } from '../measuring/statistics.js';
import type { Probe, Side } from './probe.js';

/** How often a probe is run on each side in a round, and for how many milliseconds at most. */
const mostRuns = 30;
const mostTime = 1_000;

/** How many times as long a probe takes on one side as on another, of several rounds the median and the least. */
export interface TimesAsLong {
  median: number;
  least: number;
}

/** Runs a probe on both sides in each round, and in each round the other one first. */
export async function timesAsLong(
  probe: Probe,
  side: Side,
  other: Side,
  rounds: number,
): Promise<TimesAsLong> {
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const isOtherFirst = round % 2 === 1;
    const first = await timeOf(probe, isOtherFirst ? other : side, round);
    const second = await timeOf(probe, isOtherFirst ? side : other, round);
    // The first round warms up.
    if (round > 0) ratios.push(isOtherFirst ? second / first : first / second);
  }
  return { median: median(ratios), least: Math.min(...ratios) };
}

/** The time of the fastest run, which tells most of a plan on a machine that does other things too. */
async function timeOf(probe: Probe, side: Side, round: number): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + mostTime;
  for (let run = 0; run < mostRuns && (run === 0 || performance.now() < end); run += 1) {
    const start = performance.now();
    await probe.run(side, round * mostRuns + run);
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}
