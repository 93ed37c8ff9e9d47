import { expect, it } from '@jest/globals';
import { compareEntries } from '../../src/figures/entry-order.js';

it('entries are ordered by instant, then as they were recorded, then by the bytes of the id', () => {
  const ordered = [
    { ts: 1, recorded: '0', id: 'Z' },
    { ts: 1, recorded: '0', id: 'a' },
    { ts: 1, recorded: '0', id: 'é' },
    { ts: 1, recorded: '9', id: 'a' },
    { ts: 1, recorded: '10', id: 'a' },
    { ts: 1, recorded: '11', id: 'Z' },
    { ts: 2, recorded: '0', id: 'Z' },
  ];
  for (const [place, one] of ordered.entries())
    for (const [at, other] of ordered.entries())
      expect(Math.sign(compareEntries(one, other))).toBe(Math.sign(place - at));
});
