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
  const instant = new Date(text.length > 19 ? text : `${text.replace(' ', 'T')}Z`);
  // Date reads 30 February as 2 March, and the hour 24 as the next day.
  return instant.getUTCDate() === Number(text.slice(8, 10)) ? instant : undefined;
}

function parsed(text: string, form: 'iso' | 'sqlite'): Date | undefined {
  const options = { zone: 'utc' };
  const moment = form === 'iso' ? DateTime.fromISO(text, options) : DateTime.fromSQL(text, options);
  return moment.isValid ? moment.toJSDate() : undefined;
}
