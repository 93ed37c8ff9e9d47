import { readFileSync, readdirSync } from 'node:fs';
import type { NewEntry } from '../../src/index.js';
import { tablesIn } from '../support/document-tables.js';

/** A calculated figure of a guide: the text before `=`, if there is any, and the bold result. */
interface WorkedFigure {
  arithmetic: string | null;
  figure: string;
}

/** An example of a guide: a table of entries, and a table of figures by name. */
interface GuideExample {
  entries: NewEntry[];
  figures: Record<string, WorkedFigure[]>;
}

const folder = new URL('../../docs/guides/figures/', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

/** The examples of the figures guides, by name. A heading has the form `Example of <name>: …`. */
export const guideExamples: Readonly<Record<string, GuideExample>> = allExamples();

function allExamples(): Record<string, GuideExample> {
  const examples: Record<string, GuideExample> = {};
  for (const text of texts.flatMap((page) => page.split(/^Example of /m).slice(1))) {
    const [name = ''] = text.split(':', 1);
    if (name in examples) throw new Error(`two examples of the guides are called ${name}`);
    examples[name] = exampleOf(text);
  }
  return examples;
}

function exampleOf(text: string): GuideExample {
  const [entries, figures] = tablesIn(text.replaceAll('−', '-'));
  const [columns, ...rows] = entries ?? [];
  if (!columns || !figures) throw new Error(`the guide has no tables below: ${text.slice(0, 80)}`);
  return {
    entries: rows.map((cells) =>
      entryOf(Object.fromEntries(columns.map((column, place) => [column, cells[place] ?? '']))),
    ),
    figures: Object.fromEntries(figures.slice(1).map(([label = '', ...cells]) => [label, cells.map(worked)])),
  };
}

/**
 * Converts a table row to an entry. The column `what happened` is for readers only. A date without
 * a year is in 2026. A table without accounts or symbols uses `acct-1` and `AAPL`.
 */
function entryOf({ 'what happened': _, ts = '', account, symbol, meta, ...rest }: Cells): NewEntry {
  const given = Object.entries({ ...rest, symbol: symbol ?? 'AAPL' }).filter(([, cell]) => cell);
  return {
    ts: new Date(`${/\d{4}$/.test(ts) ? ts : `${ts} 2026`} 15:00 UTC`),
    accountId: account ?? 'acct-1',
    meta: metaOf(meta ?? ''),
    ...Object.fromEntries(given.map(([column, cell]) => [column, isRatio(column) ? Number(cell) : cell])),
  } as NewEntry;
}

type Cells = Partial<Record<string, string>>;

function isRatio(column: string): boolean {
  return column === 'ratioTo' || column === 'ratioFrom';
}

/** Parses pairs such as `leg: call`. */
function metaOf(text: string): Record<string, string | boolean> {
  const meta: Record<string, string | boolean> = {};
  for (const [, key = '', value = ''] of text.matchAll(/`(\w+): (\w+)`/g))
    meta[key] = value === 'true' || value;
  return meta;
}

function worked(cell: string): WorkedFigure {
  const [, arithmetic = null, figure] = /^(?:(.+) = )?\*\*(.+)\*\*$/.exec(cell) ?? [];
  if (figure === undefined) throw new Error(`the guide has no figure in: ${cell}`);
  return { arithmetic, figure };
}
