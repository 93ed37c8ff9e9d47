/** Colours of the contenders, distinguishable on white and in print. */
export const colours = [
  '#333333',
  '#999999',
  '#d1495b',
  '#eba0aa',
  '#f6d5d9',
  '#4c72b0',
  '#8fb0dd',
  '#2a9d8f',
  '#8ad0c6',
  '#e9a23b',
  '#9467bd',
];

/** An SVG document with a white background, which stays readable in dark mode. */
export function svg(width: number, height: number, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

export function label(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  more = '',
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#222222" ${more}>${escaped(text)}</text>`;
}

export function bar(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${colour}"/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, colour = '#cccccc', more = ''): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}" ${more}/>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
