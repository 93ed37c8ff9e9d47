import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOf } from '../../../src/driver/contract/instant-text.js';

/**
 * PostgreSQL's output of a timestamptz(3): without trailing zeros of the fraction, or without a
 * fraction.
 */
function printed(instant: Date): string {
  const [day, time] = instant.toISOString().slice(0, -1).split('T');
  return `${day} ${time?.replace(/\.?0*$/, (end) => (time.includes('.') ? '' : end))}+00`;
}

describe('The instant of a timestamptz', () => {
  it('equals the stored instant in any year', () => {
    const instants = fc.date({
      min: new Date('0001-01-01T00:00:00.000Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(instants, (instant) => expect(instantOf(printed(instant))).toEqual(instant)));
  });

  it.each([
    ['2026-01-05 15:30:00+00', '2026-01-05T15:30:00.000Z'],
    ['2026-01-05 15:30:00.1+00', '2026-01-05T15:30:00.100Z'],
    ['2026-01-05 15:30:00.12+00', '2026-01-05T15:30:00.120Z'],
    ['2026-01-05 15:30:00.123+00', '2026-01-05T15:30:00.123Z'],
    ['2026-01-05 15:30:00.123+05:30', '2026-01-05T10:00:00.123Z'],
    ['2026-01-05 15:30:00-07', '2026-01-05T22:30:00.000Z'],
    ['0099-01-05 15:30:00+00', '0099-01-05T15:30:00.000Z'],
    ['1883-11-18 12:00:00-04:56:02', '1883-11-18T16:56:02.000Z'],
  ])('of %s is read as %s', (text, iso) => {
    expect(instantOf(text).toISOString()).toBe(iso);
  });
});
