import { DateTime } from 'luxon';

// Luxon accepts the offset +99:99 and stores another day.
const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)$/;
/** SQLite's form, which is in UTC. */
const sqlite = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/;
/** Midnight as 24:00, which Luxon reads as the next day: the day in the text would change. */
const midnightAs24 = /^\d{4}-\d{2}-\d{2}[T ]24:00/;
const beyondMilliseconds = /[.,]\d{3}\d*[1-9]/;

/**
 * Parses an instant in ISO 8601 or in SQLite's form. `cut`: digits beyond milliseconds were lost.
 * Undefined for any other text, and for the hour 24.
 */
export function readInstant(text: string): { instant: Date; cut: boolean } | undefined {
  const isoText = text.replace(sqlite, '$1T$2Z');
  const common = readCommonInstant(isoText);
  if (common !== undefined) return { instant: common, cut: false };
  if (!iso.test(isoText) || hasHour24(text)) return undefined;
  const moment = DateTime.fromISO(isoText, { zone: 'utc' });
  return moment.isValid ? { instant: moment.toJSDate(), cut: beyondMilliseconds.test(text) } : undefined;
}

/** Whether a text writes midnight as 24:00. */
export function hasHour24(text: string): boolean {
  return midnightAs24.test(text);
}

const commonForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/;

/**
 * Fast path for the two forms that the browser application writes, and that nearly every row has:
 * with milliseconds, and in whole seconds. Undefined for other forms and for dates that do not
 * exist.
 */
function readCommonInstant(isoText: string): Date | undefined {
  if (!commonForm.test(isoText)) return undefined;
  const instant = new Date(isoText);
  // Date reads 30 February as 2 March, and the hour 24 as the next day.
  return instant.getUTCDate() === Number(isoText.slice(8, 10)) ? instant : undefined;
}
