import fc from 'fast-check';
import { browserEntryTypes } from '../../src/model/entry-type.js';
import { legacyEntry } from './legacy-journals.js';
import type { LegacyCells } from './legacy-journals.js';

/** Text that PostgreSQL can store: any Unicode except NUL. */
export const storable = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => text.replaceAll('\0', ''));

const money = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((cents) => cents / 100);
const shares = fc.integer({ min: 0, max: 99_999_999 }).map((millionths) => millionths / 1_000_000);
const price = fc.integer({ min: 1, max: 200_000 }).map((cents) => cents / 100);
const instant = fc
  .date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const stamp = fc.oneof(
  instant,
  instant.map((text) => text.slice(0, 19).replace('T', ' ')),
);
const expiration = fc
  .date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const metaObject = fc.dictionary(
  storable.filter((key) => key !== '__proto__'),
  fc.oneof(storable, fc.integer(), fc.boolean()),
  { maxKeys: 3 },
);
const meta = fc
  .tuple(metaObject, fc.integer({ min: 1, max: 3 }))
  .map(([object, times]) => encoded(object, times));

/** Encodes a value as JSON `times` times. */
export function encoded(value: unknown, times: number): string {
  let text = JSON.stringify(value);
  for (let done = 1; done < times; done += 1) text = JSON.stringify(text);
  return text;
}

const cells = fc.record({
  ts: instant,
  account_id: fc.constantFrom('acct-1', 'acct-2', 'acct-gone'),
  symbol: fc.constantFrom('AAPL', 'BRK.B', '', null),
  type: fc.constantFrom(...browserEntryTypes),
  qty: fc.option(fc.oneof(fc.integer({ min: 0, max: 50 }), shares)),
  amount: fc.oneof(
    money,
    fc.tuple(price, shares).map(([each, held]) => -each * held),
  ),
  strike: fc.option(price),
  expiration: fc.option(expiration),
  underlying_price: fc.option(price),
  notes: fc.option(storable),
  meta: fc.option(meta),
  deleted_at: fc.option(instant),
  edited_by: fc.option(storable),
  edit_reason: fc.option(storable),
  created_at: stamp,
  updated_at: stamp,
});

/** Rows of a valid legacy journal. Some rows name another row that they replace. */
export const legacyRows: fc.Arbitrary<LegacyCells[]> = fc
  .array(fc.tuple(cells, fc.option(fc.nat())), { maxLength: 25 })
  .map((drafts) =>
    drafts.map(([draft, link], index) => {
      const original = link === null ? null : `entry-${link % (drafts.length + 1)}`;
      return legacyEntry(`entry-${index}`, { ...draft, original_entry_id: original });
    }),
  );
