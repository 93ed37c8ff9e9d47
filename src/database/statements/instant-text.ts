import pg from 'pg';

const timestamptz = 1184;
const [zero = 0, plus, point, dash] = ['0', '+', '.', '-'].map((character) => character.charCodeAt(0));
const otherwise = pg.types.getTypeParser(timestamptz, 'text') as (text: string) => Date;
/** Where the fraction of a second begins: `2026-01-05 15:30:00.123+00`. */
const fraction = 19;

/**
 * The instant of a timestamptz as the server prints it. In UTC and the years from 1000 to 9999 it is read digit by digit, which
 * is faster than any general reading of dates; what looks otherwise is left to pg.
 */
export function instantOf(text: string): Date {
  const end = text.length - 3;
  const isPlain =
    end >= fraction &&
    text.charCodeAt(0) !== zero &&
    text.charCodeAt(4) === dash &&
    text.charCodeAt(end) === plus &&
    text.charCodeAt(end + 1) === zero &&
    text.charCodeAt(end + 2) === zero;
  if (!isPlain) return otherwise(text);
  return new Date(
    Date.UTC(
      pair(text, 0) * 100 + pair(text, 2),
      pair(text, 5) - 1,
      pair(text, 8),
      pair(text, 11),
      pair(text, 14),
      pair(text, 17),
      text.charCodeAt(fraction) === point ? milliseconds(text, fraction + 1, end) : 0,
    ),
  );
}

function pair(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}

/** The columns have three digits at most, and the server leaves out zeros at the end. */
function milliseconds(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < from + 3; at += 1) value = value * 10 + (at < to ? text.charCodeAt(at) - zero : 0);
  return value;
}
