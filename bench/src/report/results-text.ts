import { measure, titles } from '../contenders/names.js';
import type { ContenderName } from '../contenders/names.js';
import type { Absent } from '../check/check-all.js';
import type { Result } from '../measuring/compare.js';
import { works } from '../works/works.js';
import type { WorkName } from '../works/works.js';

/** One row for each work, one column for each contender: the median ratio at each concurrency. */
export function ratioTable(results: readonly Result[]): string {
  const contenders = named(results).filter((name) => name !== measure);
  const rows = [...new Set(results.map(({ work }) => work))].map((work) => [
    works[work].title,
    ...contenders.map((contender) => ratios(results, work, contender)),
  ]);
  return table(['work', ...contenders.map((name) => titles[name])], rows);
}

/** All measurements of each contender for one operation. */
export function detailTable(results: readonly Result[], work: WorkName): string {
  const rows = results
    .filter((result) => result.work === work)
    .map(({ contender, concurrency, ratio, p50, p99, clientCpu, serverCpu, peakMemory, idleMemory }) => [
      titles[contender],
      String(concurrency),
      `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`,
      milliseconds(p50),
      milliseconds(p99),
      milliseconds(clientCpu),
      serverCpu === undefined ? '–' : milliseconds(serverCpu),
      `${megabytes(peakMemory)} (${megabytes(peakMemory - idleMemory)})`,
    ]);
  return table(
    [
      'contender',
      'at once',
      'ratio (least–greatest)',
      'p50 ms',
      'p99 ms',
      'client CPU ms',
      'server CPU ms',
      'peak MB (over idle)',
    ],
    rows,
  );
}

export function absentText(absent: Absent): string {
  return [...absent].map(([name, reason]) => `${titles[name]} is left out: ${reason}`).join('\n\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The contenders that have a result, in the order of the results. */
export function named(results: readonly Result[]): ContenderName[] {
  return [...new Set(results.map(({ contender }) => contender))];
}

function ratios(results: readonly Result[], work: WorkName, contender: ContenderName): string {
  const own = results.filter((result) => result.work === work && result.contender === contender);
  return own.map(({ ratio }) => ratio.median.toFixed(2)).join(' / ') || '–';
}

export function megabytes(bytes: number): string {
  return String(Math.round(bytes / 2 ** 20));
}

/** Three significant digits, without an exponent. */
export function milliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
