import { DateTime } from 'luxon';

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$/;
const sqlite = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/;
const beyondMilliseconds = /[.,]\d{3}\d*[1-9]/;

/** An instant as a Date, and whether digits beyond its milliseconds were cut off; undefined for any other text. */
export function readInstant(text: string): { instant: Date; cut: boolean } | undefined {
  const moment = iso.test(text)
    ? DateTime.fromISO(text, { zone: 'utc' })
    : sqlite.test(text)
      ? DateTime.fromSQL(text, { zone: 'utc' })
      : undefined;
  return moment?.isValid ? { instant: moment.toJSDate(), cut: beyondMilliseconds.test(text) } : undefined;
}
