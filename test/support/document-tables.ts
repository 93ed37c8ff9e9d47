import { readFileSync } from 'node:fs';

/** The tables of a Markdown document as rows of cells, without header rows. */
export function tablesOf(path: string): string[][][] {
  return tablesIn(readFileSync(path, 'utf8'));
}

/** The first table below a heading. */
export function sectionTable(path: string, heading: string): string[][] {
  const [, section = ''] = readFileSync(path, 'utf8').split(`\n## ${heading}\n`);
  return tablesIn(section)[0] ?? [];
}

function tablesIn(text: string): string[][][] {
  const tables = text.match(/(?:^\|.*\n)+/gm) ?? [];
  return tables.map((table) => table.trimEnd().split('\n').slice(2).map(cellsOf));
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
