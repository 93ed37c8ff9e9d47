import { DateTime } from 'luxon';

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$/;
const sqlite = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/;
const beyondMilliseconds = /[.,]\d{3}\d*[1-9]/;

/** An instant as a Date, and whether digits beyond its milliseconds were cut off; undefined for any other text. */
export function readInstant(text: string): { instant: Date; cut: boolean } | undefined {
  const form = iso.test(text) ? 'iso' : sqlite.test(text) ? 'sqlite' : undefined;
  if (form === undefined) return undefined;
  const instant = asWritten(text, form) ?? parsed(text, form);
  return instant && { instant, cut: beyondMilliseconds.test(text) };
}

/** The two texts that the browser application itself writes, which nearly every row holds: much faster than parsing all others. */
function asWritten(text: string, form: 'iso' | 'sqlite'): Date | undefined {
  const written = form === 'iso' ? text : `${text.replace(' ', 'T')}.000Z`;
  const instant = new Date(written);
  // JavaScript takes 30 February for 2 March; what it writes as it was read is a date that there is.
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === written ? instant : undefined;
}

function parsed(text: string, form: 'iso' | 'sqlite'): Date | undefined {
  const options = { zone: 'utc' };
  const moment = form === 'iso' ? DateTime.fromISO(text, options) : DateTime.fromSQL(text, options);
  return moment.isValid ? moment.toJSDate() : undefined;
}
