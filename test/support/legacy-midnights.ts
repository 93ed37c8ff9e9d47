import { execFileSync } from 'node:child_process';

/** Prints `new Date(year, month, day).toISOString()` for every day of the years, in every zone. */
const program = `
  const [zones, first, last] = JSON.parse(process.argv[1]);
  const midnights = {};
  for (const zone of zones) {
    process.env.TZ = zone;
    midnights[zone] = [];
    for (let day = 1; ; day += 1) {
      const midnight = new Date(first, 0, day);
      if (midnight.getFullYear() > last) break;
      midnights[zone].push(midnight.toISOString());
    }
  }
  process.stdout.write(JSON.stringify(midnights));`;

/**
 * JavaScript's local midnights for each day from the first year to the last, in each zone. Runs in
 * a child process: Node re-reads TZ when it changes, but Jest hides the change from its tests.
 */
export function localMidnights(
  zones: readonly string[],
  years: { first: number; last: number },
): Map<string, string[]> {
  const wanted = JSON.stringify([zones, years.first, years.last]);
  const printed = execFileSync(process.execPath, ['-e', program, wanted], { maxBuffer: 2 ** 28 });
  return new Map(Object.entries(JSON.parse(printed.toString()) as Record<string, string[]>));
}
