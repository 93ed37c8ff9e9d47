import type { Entry } from '../model/entry.js';
import { chunks } from './contender.js';

const linesAtOnce = 500;

/** The entries in COPY's text format, in the column order of the pg contender. */
export function* copyText(userId: string, entries: readonly Entry[]): Generator<string> {
  for (const chunk of chunks(entries, linesAtOnce)) {
    yield chunk.map((entry) => lineOf(userId, entry)).join('');
  }
}

function lineOf(userId: string, entry: Entry): string {
  return `${userId}\t${text(entry.id)}\t${entry.ts.toISOString()}\t${text(entry.accountId)}\t${text(entry.symbol)}\t${entry.type}\t${plain(entry.qty)}\t${entry.amount}\t${plain(entry.strike)}\t${plain(entry.expiration)}\t${plain(entry.underlyingPrice)}\t${text(entry.notes)}\t${text(JSON.stringify(entry.meta))}\n`;
}

/** Formats a value that cannot contain characters to escape. */
export function plain(value: string | number | null): string {
  return value === null ? '\\N' : String(value);
}

const special = /[\\\b\f\n\r\t\v]/;
const escapes: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

export function text(value: string | null): string {
  if (value === null) return '\\N';
  return special.test(value)
    ? value.replace(/[\\\b\f\n\r\t\v]/g, (character) => escapes[character] ?? character)
    : value;
}
