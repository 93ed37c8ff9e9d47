import { DateTime } from 'luxon';

// Luxon accepts the offset +99:99 and stores another day.
const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)$/;
const sqlite = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/;
/** Midnight as 24:00, which Luxon reads as the next day: the day in the text would change. */
const midnightAs24 = /^\d{4}-\d{2}-\d{2}[T ]24:00/;
const beyondMilliseconds = /[.,]\d{3}\d*[1-9]/;

/**
 * Parses an instant in ISO 8601 or in SQLite's form. `cut`: digits beyond milliseconds were lost.
 * Undefined for any other text, and for the hour 24.
 */
export function readInstant(text: string): { instant: Date; cut: boolean } | undefined {
  const common = readCommonInstant(text);
  if (common !== undefined) return { instant: common, cut: false };
  const form = iso.test(text) ? 'iso' : sqlite.test(text) ? 'sqlite' : undefined;
  if (form === undefined || hasHour24(text)) return undefined;
  const instant = parsed(text, form);
  return instant && { instant, cut: beyondMilliseconds.test(text) };
}

/** Whether a text writes midnight as 24:00. */
export function hasHour24(text: string): boolean {
  return midnightAs24.test(text);
}

const commonForms = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}\.\d{3}Z| \d{2}:\d{2}:\d{2})$/;

/**
 * Fast path for the two forms that the browser application writes, and that nearly every row has.
 * Undefined for other forms and for dates that do not exist.
 */
function readCommonInstant(text: string): Date | undefined {
  if (!commonForms.test(text)) return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  const [hour, minute, second] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)];
  const milliseconds = text.length > 19 ? digits(text, 20, 3) : 0;
  // Date.UTC maps years below 100 to 19xx, and 30 February to 2 March: another month.
  if (year < 100 || hour > 23 || minute > 59 || second > 59) return undefined;
  const instant = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  return instant.getUTCMonth() === month - 1 ? instant : undefined;
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

function parsed(text: string, form: 'iso' | 'sqlite'): Date | undefined {
  const options = { zone: 'utc' };
  const moment = form === 'iso' ? DateTime.fromISO(text, options) : DateTime.fromSQL(text, options);
  return moment.isValid ? moment.toJSDate() : undefined;
}
