import pg from 'pg';

const timestamptz = 1184;
const [zero = 0, plus, point, dash] = ['0', '+', '.', '-'].map((character) => character.charCodeAt(0));
const parseByPg = pg.types.getTypeParser(timestamptz, 'text') as (text: string) => Date;
/** The offset of the point in `2026-01-05 15:30:00.123+00`. */
const fraction = 19;
const [hour, minute, second] = [3_600_000, 60_000, 1_000];

/**
 * Parses a timestamptz in text format, `text` from `start` to `end`. Fast path for UTC and the
 * years 1000 to 9999, digit by digit; pg parses everything else.
 */
export function instantOf(text: string, start = 0, end = text.length): Date {
  const zone = end - 3;
  const isPlain =
    zone >= start + fraction &&
    text.charCodeAt(start) !== zero &&
    text.charCodeAt(start + 4) === dash &&
    text.charCodeAt(zone) === plus &&
    text.charCodeAt(zone + 1) === zero &&
    text.charCodeAt(zone + 2) === zero;
  if (!isPlain) return parseByPg(text.substring(start, end));
  return new Date(
    dayAt(text, start) +
      pair(text, start + 11) * hour +
      pair(text, start + 14) * minute +
      pair(text, start + 17) * second +
      (text.charCodeAt(start + fraction) === point ? milliseconds(text, start + fraction + 1, zone) : 0),
  );
}

// Cache: consecutive rows often have the same day.
let lastDay = { year: 0, month: 0, date: 0, begin: 0 };

function dayAt(text: string, start: number): number {
  const year = pair(text, start) * 100 + pair(text, start + 2);
  const month = pair(text, start + 5);
  const date = pair(text, start + 8);
  if (lastDay.date !== date || lastDay.month !== month || lastDay.year !== year)
    lastDay = { year, month, date, begin: Date.UTC(year, month - 1, date) };
  return lastDay.begin;
}

function pair(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}

/** The columns are timestamptz(3), and the server omits trailing zeros. */
function milliseconds(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < from + 3; at += 1) value = value * 10 + (at < to ? text.charCodeAt(at) - zero : 0);
  return value;
}
