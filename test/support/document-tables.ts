import { readFileSync } from 'node:fs';

/** The tables of a Markdown document as rows of cells, without header rows. */
export function tablesOf(path: string): string[][][] {
  return tablesIn(readFileSync(path, 'utf8')).map(([, ...rows]) => rows);
}

/** The first table below a heading, without its header row. */
export function sectionTable(path: string, heading: string): string[][] {
  const [, section = ''] = readFileSync(path, 'utf8').split(`\n## ${heading}\n`);
  return tablesIn(section)[0]?.slice(1) ?? [];
}

/** The tables of a Markdown text as rows of cells. The first row of each is its header. */
export function tablesIn(text: string): string[][][] {
  const tables = text.match(/(?:^\|.*\n)+/gm) ?? [];
  return tables.map((table) => table.trimEnd().split('\n').toSpliced(1, 1).map(cellsOf));
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
