import { scoped } from '../contenders/names.js';
import { curvesOf } from './growth-text.js';
import type { Grown } from './growth-text.js';
import { colours, label, line, round, svg } from './svg.js';

const [left, top, width, height] = [60, 30, 480, 300];
const legendWidth = 330;

/**
 * The median time of an operation over the number of entries, the latter on a logarithmic scale.
 */
export function growthChart(results: readonly Grown[]): string {
  const curves = curvesOf(results);
  const names = [...new Set(curves.map(({ work }) => work))];
  const sizes = [...new Set(results.map(({ entries }) => entries))].sort((a, b) => a - b);
  const [least, greatest] = [Math.log10(sizes[0] ?? 1), Math.log10(sizes.at(-1) ?? 10)];
  const most = Math.max(...curves.flatMap(({ points }) => points.map(({ p50 }) => p50))) * 1.1;
  const x = (entries: number) => left + ((Math.log10(entries) - least) / (greatest - least || 1)) * width;
  const y = (time: number) => top + height - (time / most) * height;

  const drawn = curves.flatMap(({ work, contender, title, points }, index) => {
    const colour = colours[names.indexOf(work) + 1] ?? '#000000';
    const dashes = scoped.includes(contender) ? '' : 'stroke-dasharray="5 4"';
    const path = points.map(({ entries, p50 }) => `${round(x(entries))},${round(y(p50))}`).join(' ');
    const legend = top + 10 + index * 20;
    const right = left + width + 20;
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" ${dashes}/>`,
      line(right, legend - 4, right + 24, legend - 4, colour, `stroke-width="2" ${dashes}`),
      label(right + 30, legend, title),
    ];
  });
  const ticks = sizes.flatMap((entries) => [
    line(x(entries), top, x(entries), top + height, '#dddddd'),
    label(x(entries), top + height + 18, entries.toLocaleString('en'), 'middle'),
  ]);
  const levels = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(left, y(share * most), left + width, y(share * most), '#dddddd'),
    label(left - 8, y(share * most) + 4, (share * most).toPrecision(2), 'end'),
  ]);
  const axes = [
    label(left, top - 12, 'ms (median)'),
    label(left + width, top + height + 34, 'entries', 'end'),
  ];
  return svg(left + width + legendWidth, top + height + 50, [...levels, ...ticks, ...drawn, ...axes]);
}
