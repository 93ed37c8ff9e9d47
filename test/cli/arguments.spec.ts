import { expect, it } from '@jest/globals';
import { plainDay, wholeNumber } from '../../src/cli/arguments.js';

it.each(['1', '42', '200000'])('%s is a number of things', (text) => {
  expect(wholeNumber(text)).toBe(Number(text));
});

it.each(['0', '-1', '1.5', '1e3', 'many', '', '9999999999'])('"%s" is none', (text) => {
  expect(() => wholeNumber(text)).toThrow('It must be a whole number, 1 or more.');
});

it.each(['2026-02-30', 'today', '2026-1-1', ''])('"%s" is no day', (text) => {
  expect(() => plainDay(text)).toThrow('It must be a day as YYYY-MM-DD.');
  expect(plainDay('2026-02-28')).toBe('2026-02-28');
});
