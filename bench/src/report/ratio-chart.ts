import { titles } from '../contenders/names.js';
import type { ContenderName } from '../contenders/names.js';
import type { Result } from '../measuring/compare.js';
import { works } from '../works/works.js';
import { named } from './results-text.js';
import { bar, colours, label, line, svg } from './svg.js';

const margin = 290;
const barHeight = 9;
const gap = 12;
const panelWidth = 300;
const panelGap = 40;
const legendColumns = 4;
const legendRowHeight = 18;

/** A panel for each concurrency, in it a group of bars for each work: the median ratio to `pg`. */
export function ratioChart(results: readonly Result[]): string {
  const contenders = named(results);
  const rows = [...new Set(results.map(({ work }) => work))];
  const concurrencies = [...new Set(results.map(({ concurrency }) => concurrency))];
  // Below the legend, room for the titles of the panels.
  const top = 28 + Math.ceil(contenders.length / legendColumns) * legendRowHeight;
  const groupHeight = contenders.length * barHeight + gap;
  const height = top + rows.length * groupHeight + 40;
  const width = margin + concurrencies.length * (panelWidth + panelGap);
  const most = Math.max(1.2, ...results.map(({ ratio }) => ratio.max));
  const scale = (ratio: number) => (ratio / most) * panelWidth;

  const panels = concurrencies.flatMap((concurrency, panel) => {
    const left = margin + panel * (panelWidth + panelGap);
    const bars = results
      .filter((result) => result.concurrency === concurrency)
      .flatMap(({ work, contender, ratio }) => {
        const y = top + rows.indexOf(work) * groupHeight + contenders.indexOf(contender) * barHeight;
        const middle = y + barHeight / 2 - 0.5;
        return [
          bar(left, y, scale(ratio.median), barHeight - 1, colourOf(contenders, contender)),
          line(
            left + scale(ratio.min),
            middle,
            left + scale(ratio.max),
            middle,
            '#000000',
            'stroke-width="0.6"',
          ),
        ];
      });
    const ticks = ticksTo(most).flatMap((tick) => [
      line(left + scale(tick), top - 6, left + scale(tick), height - 36, tick === 1 ? '#333333' : '#dddddd'),
      label(left + scale(tick), height - 22, String(tick), 'middle'),
    ]);
    const title = concurrency === 1 ? 'one operation at a time' : `${concurrency} operations at a time`;
    const axis = label(left, height - 6, 'rate in relation to pg by hand');
    return [...ticks, ...bars, axis, label(left, top - 12, title, 'start', 'font-weight="bold"')];
  });
  const names = rows.map((work, index) =>
    label(margin - 10, top + index * groupHeight + (groupHeight - gap) / 2 + 4, works[work].title, 'end'),
  );
  return svg(width, height, [...legend(contenders), ...names, ...panels]);
}

function legend(contenders: readonly ContenderName[]): string[] {
  return contenders.flatMap((contender, index) => {
    const [x, y] = [
      10 + (index % legendColumns) * 235,
      8 + Math.floor(index / legendColumns) * legendRowHeight,
    ];
    return [bar(x, y, 10, 10, colourOf(contenders, contender)), label(x + 15, y + 9, titles[contender])];
  });
}

function colourOf(contenders: readonly ContenderName[], contender: ContenderName): string {
  return colours[contenders.indexOf(contender)] ?? '#000000';
}

function ticksTo(most: number): number[] {
  const step = most > 3 ? 1 : 0.5;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}
