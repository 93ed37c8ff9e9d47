import { InvalidArgumentError } from 'commander';
import { readInstant } from '../browser/import/convert/instant.js';
import { storableDay } from '../model/storable.js';

/** Parses a positive whole number. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}

const firstSampleDay = '1985-01-01';

/** Parses the last day of a sample journal. @throws InvalidArgumentError */
export function sampleDay(text: string): string {
  if (!storableDay.safeParse(text).success) throw new InvalidArgumentError('It must be a day as YYYY-MM-DD.');
  // A sample journal begins up to ten years earlier, and its recording order counts from 1970.
  if (text < firstSampleDay) throw new InvalidArgumentError(`It must not be before ${firstSampleDay}.`);
  return text;
}

/** Parses the name of a file to write. @throws InvalidArgumentError */
export function fileName(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

/** Parses an instant. @throws InvalidArgumentError */
export function instant(text: string): Date {
  const read = readInstant(text);
  if (read === undefined || !text.includes('T'))
    throw new InvalidArgumentError('It must be an instant such as 2026-01-31T15:30:00Z.');
  return read.instant;
}
