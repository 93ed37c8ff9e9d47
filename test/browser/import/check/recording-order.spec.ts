import { expect, it } from '@jest/globals';
import { RecordingOrder } from '../../../../src/browser/import/check/recording-order.js';
import type { EntryRecord } from '../../../../src/journal/new-entry.js';

/** The recording order of rows with these values of `created_at`. */
function ordered(createdAt: readonly string[]): (string | null)[] {
  const order = new RecordingOrder();
  for (const [index, text] of createdAt.entries())
    order.add(index + 1, { createdAt: new Date(text) } as EntryRecord);
  order.resolve();
  return createdAt.map((_, index) => order.of(index + 1));
}

it('rows are recorded in the order of created_at, then of the file', () => {
  const [first, second] = ['2025-01-01T10:00:00Z', '2025-01-01T10:00:01Z'];
  expect(ordered([second, first, first])).toEqual([
    '1735725601000000',
    '1735725600000000',
    '1735725600000001',
  ]);
});

it('rows that were created before 1970 are recorded in their order, too', () => {
  expect(ordered(['1969-12-31T10:00:00Z', '1969-12-30T10:00:00Z', '1970-01-01T00:00:00Z'])).toEqual([
    '1',
    '0',
    '2',
  ]);
});
