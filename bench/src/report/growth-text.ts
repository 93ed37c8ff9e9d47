import { titles } from '../contenders/names.js';
import type { Result } from '../measuring/compare.js';
import { works } from '../works/works.js';
import { milliseconds, table } from './results-text.js';

/** A result in a journal of this number of entries. */
export interface Grown extends Result {
  entries: number;
}

/**
 * One row for each work and contender, one column for each number of entries: the median
 * milliseconds.
 */
export function growthTable(results: readonly Grown[]): string {
  const sizes = [...new Set(results.map(({ entries }) => entries))];
  const rows = curvesOf(results).map(({ title, points }) => [
    title,
    ...points.map(({ p50, p99 }) => `${milliseconds(p50)} / ${milliseconds(p99)}`),
  ]);
  return table(['p50 / p99 ms', ...sizes.map((entries) => `${entries.toLocaleString('en')} entries`)], rows);
}

/** The results of one operation at a time, one curve for each work and contender. */
export function curvesOf(results: readonly Grown[]) {
  const single = results.filter(({ concurrency }) => concurrency === 1);
  const keys = [...new Set(single.map(keyOf))].sort();
  return keys.map((key) => {
    const points = single.filter((result) => keyOf(result) === key);
    const [first] = points;
    if (first === undefined) throw new Error('a curve has points');
    const { work, contender } = first;
    return { work, contender, title: `${works[work].title}, ${titles[contender]}`, points };
  });
}

function keyOf({ work, contender }: Grown): string {
  return `${work} ${contender}`;
}

/** The report, as Markdown beside `growth.svg`. */
export function growthText(
  results: readonly Grown[],
  run: { command: string; facts: readonly string[]; rounds: number },
): string {
  return `# Growth

Made in \`bench/\` by \`npm ci && ${run.command}\`. The time of one operation in journals of several sizes. A larger journal has more users with about 800 entries each. One user has a fifth of all entries, at most 200,000.

${run.facts.map((fact) => `- ${fact}`).join('\n')}
- ${run.rounds} rounds after a warm-up; in each round the contenders work one after another

${growthTable(results)}

![The medians as curves](growth.svg)
`;
}
