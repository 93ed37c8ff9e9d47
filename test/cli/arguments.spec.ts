import { expect, it } from '@jest/globals';
import { fileName, instant, sampleDay, wholeNumber } from '../../src/cli/arguments.js';

it.each(['1', '42', '200000'])('%s is accepted as a count', (text) => {
  expect(wholeNumber(text)).toBe(Number(text));
});

it.each(['0', '-1', '1.5', '1e3', 'many', '', '9999999999'])('"%s" is not accepted as a count', (text) => {
  expect(() => wholeNumber(text)).toThrow('It must be a whole number, 1 or more.');
});

it.each(['2026-02-30', 'today', '2026-1-1', ''])('"%s" is not accepted as a day', (text) => {
  expect(() => sampleDay(text)).toThrow('It must be a day as YYYY-MM-DD.');
  expect(sampleDay('2026-02-28')).toBe('2026-02-28');
});

it('the last day of a sample journal leaves ten years after 1970', () => {
  expect(sampleDay('1985-01-01')).toBe('1985-01-01');
  expect(() => sampleDay('1984-12-31')).toThrow('It must not be before 1985-01-01.');
});

it('the name of a file is not empty', () => {
  expect(fileName('./journal.json')).toBe('./journal.json');
  expect(() => fileName('')).toThrow('It must not be empty.');
});

it('an instant requires its offset', () => {
  expect(instant('2026-01-31T15:30:00Z')).toEqual(new Date('2026-01-31T15:30:00Z'));
  expect(instant('2026-01-31T15:30:00-07:00')).toEqual(new Date('2026-01-31T22:30:00Z'));
});

it.each(['yesterday', '2026-01-31', '2026-01-31T15:30:00', '2026-01-31 15:30:00', '2026-02-30T00:00:00Z'])(
  '"%s" is not accepted as an instant',
  (text) => {
    expect(() => instant(text)).toThrow('It must be an instant such as 2026-01-31T15:30:00Z.');
  },
);
