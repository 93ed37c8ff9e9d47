import { readFileSync } from 'node:fs';
import type { NewEntry } from '../../src/index.js';

/**
 * A figure as the guide works it out: what is in front of the `=`, if anything, and what is printed
 * in bold.
 */
export interface WorkedFigure {
  arithmetic: string;
  figure: string;
}

/**
 * An example of the guide to the read models: a table of entries, and one of figures by what they
 * are called.
 */
export interface GuideExample {
  entries: NewEntry[];
  figures: Record<string, WorkedFigure[]>;
}

const guide = readFileSync(new URL('../../docs/guides/read-models.md', import.meta.url), 'utf8');

/** The example that the guide begins with `Example of <name>`. */
export function guideExample(name: string): GuideExample {
  const [, text] = guide.split(`\nExample of ${name}`);
  const [entries, figures] = (text?.match(/(?:^\|.*\n)+/gm) ?? []).map(rowsOf);
  const [columns, ...rows] = entries ?? [];
  if (!columns || !figures) throw new Error(`the guide has no example of ${name}`);
  return {
    entries: rows.map((cells) =>
      entryOf(Object.fromEntries(columns.map((column, place) => [column, cells[place] ?? '']))),
    ),
    figures: Object.fromEntries(figures.slice(1).map(([label = '', ...cells]) => [label, cells.map(worked)])),
  };
}

/** The cells of a table, by row, without the line below the header. */
function rowsOf(table: string): string[][] {
  const rows = table.replaceAll('−', '-').trim().split('\n');
  const cells = rows.map((row) => row.split('|').slice(1, -1));
  return cells.filter((_, place) => place !== 1).map((row) => row.map((cell) => cell.trim()));
}

/** Days are of 2026. A table without accounts or symbols is of one account and symbol. */
function entryOf({ ts, account, symbol, meta, ...rest }: Cells): NewEntry {
  const given = Object.entries({ ...rest, symbol: symbol ?? 'AAPL' }).filter(([, cell]) => cell);
  return {
    ts: new Date(`${ts} 2026 15:00 UTC`),
    accountId: account ?? 'acct-1',
    meta: metaOf(meta ?? ''),
    ...Object.fromEntries(given),
  } as NewEntry;
}

type Cells = Partial<Record<string, string>>;

/** `leg: call` and the like. */
function metaOf(text: string): Record<string, string | boolean> {
  const meta: Record<string, string | boolean> = {};
  for (const [, key = '', value = ''] of text.matchAll(/`(\w+): (\w+)`/g))
    meta[key] = value === 'true' || value;
  return meta;
}

function worked(cell: string): WorkedFigure {
  const [, arithmetic, figure] = /^(?:(.+) = )?\*\*(.+)\*\*$/.exec(cell) ?? [];
  if (figure === undefined) throw new Error(`the guide has no figure in: ${cell}`);
  return { arithmetic: arithmetic ?? figure, figure };
}
