/** The sections of the demo that the image shows, by the beginning of their heading. */
const headings = ['Open option positions', 'Shares', 'Premium by ISO week', 'Closed lots'];

/** The size of a character of the font, in pixels. */
const [cell, line] = [7.8, 18];
const margin = 18;

/** Which sides of a cell a character of a table joins to its middle: left, right, up, down. */
const sides: Readonly<Record<string, string>> = {
  '─': 'lr',
  '│': 'ud',
  '┌': 'rd',
  '┬': 'lrd',
  '┐': 'ld',
  '├': 'rud',
  '┼': 'lrud',
  '┤': 'lud',
  '└': 'ru',
  '┴': 'lru',
  '┘': 'lu',
};

/**
 * Draws parts of what `npm run demo` prints as an SVG. Tables and bars are lines and rectangles, so
 * that they fit together in every font.
 *
 * @throws Error if the demo no longer prints one of the parts
 */
export function demoImage(stdout: string): string {
  const rows = headings.map((heading) => sectionOf(stdout, heading)).flatMap((section) => [...section, '']);
  rows.pop();
  const columns = Math.max(...rows.map((row) => row.length));
  const [width, height] = [Math.ceil(columns * cell + 2 * margin), rows.length * line + 2 * margin];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    '<title>Output of npm run demo: open option positions, shares, premium by week, closed lots</title>',
    '<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;fill:#e6edf3;white-space:pre}.h{fill:#79c0ff;font-weight:bold}.g{fill:#3fb950}.r{fill:#f85149}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<path d="${tableLines(rows)}" stroke="#484f58" fill="none"/>`,
    ...rows.flatMap(bars),
    ...rows.flatMap(texts),
    '</svg>\n',
  ].join('\n');
}

function sectionOf(stdout: string, heading: string): string[] {
  const lines = stdout.split('\n');
  const first = lines.findIndex((text) => text.startsWith(heading));
  if (first < 0) throw new Error(`the demo does not print "${heading}"`);
  const length = lines.slice(first).indexOf('');
  return lines.slice(first, first + length);
}

const x = (column: number) => round(margin + column * cell);
const y = (row: number) => margin + row * line;
const round = (pixels: number) => Math.round(pixels * 10) / 10;

/** One path of all borders: horizontal lines by row, vertical lines by column. */
function tableLines(rows: readonly string[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const joins = (row: number, column: number, side: string) =>
    sides[rows[row]?.[column] ?? '']?.includes(side) === true;
  const horizontal = rows.flatMap((_, row) =>
    halves(columns, (column) => [joins(row, column, 'l'), joins(row, column, 'r')]).map(
      ([from, to]) => `M${x(from)} ${y(row + 0.5)}H${x(to)}`,
    ),
  );
  const vertical = Array.from({ length: columns }, (_, column) =>
    halves(rows.length, (row) => [joins(row, column, 'u'), joins(row, column, 'd')]).map(
      ([from, to]) => `M${x(column + 0.5)} ${y(from)}V${y(to)}`,
    ),
  ).flat();
  return [...horizontal, ...vertical].join('');
}

/** The uninterrupted stretches of cells, of which each half is drawn or is not. */
function halves(length: number, drawn: (place: number) => [boolean, boolean]): [number, number][] {
  const stretches: [number, number][] = [];
  for (let half = 0; half < 2 * length; half += 1) {
    if (!drawn(Math.floor(half / 2))[half % 2]) continue;
    const last = stretches.at(-1);
    if (last?.[1] === half / 2) last[1] = (half + 1) / 2;
    else stretches.push([half / 2, (half + 1) / 2]);
  }
  return stretches;
}

/** Bars to the right of the axis are gains, those to its left are losses. */
function bars(text: string, row: number): string[] {
  return [...text.matchAll(/█+/g)].map(({ 0: bar, index }) => {
    const isGain = text[index - 1] === '│';
    // The axis is the middle of its cell.
    const place = `x="${x(index + (isGain ? -0.5 : 0.5))}" y="${y(row) + 3}"`;
    return `<rect ${place} width="${round(bar.length * cell)}" height="${line - 6}" class="${isGain ? 'g' : 'r'}"/>`;
  });
}

/** `textLength` keeps columns aligned in every font. */
function texts(text: string, row: number): string[] {
  const isHeading = headings.some((heading) => text.startsWith(heading));
  return [...text.matchAll(/[^\s─│┌┬┐├┼┤└┴┘█]+(?: [^\s─│┌┬┐├┼┤└┴┘█]+)*/g)].map(({ 0: run, index }) => {
    const place = `x="${x(index)}" y="${y(row) + 13}" textLength="${round(run.length * cell)}"`;
    return `<text ${place}${isHeading ? ' class="h"' : ''}>${escaped(run)}</text>`;
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
