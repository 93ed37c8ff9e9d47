import { readFileSync } from 'node:fs';

/** The tables of a Markdown document: the rows of each, without its header. */
export function tablesOf(path: string): string[][][] {
  const tables = readFileSync(path, 'utf8').match(/(?:^\|.*\n)+/gm) ?? [];
  return tables.map((table) => table.trimEnd().split('\n').slice(2).map(cellsOf));
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
