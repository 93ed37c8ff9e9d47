import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteRow } from '../../../src/driver/fast/byte-row.js';
import { TextRow } from '../../../src/driver/contract/row.js';
import { dataRow } from '../../support/framed-messages.js';

const texts = fc.array(
  fc.option(fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.string({ maxLength: 100 })), {
    freq: 4,
    nil: null,
  }),
  { maxLength: 60 },
);

describe('A row that is read from bytes', () => {
  // One instance for all rows, as in the reader.
  const row = new ByteRow();

  it('has the sent texts, for any content and position', () => {
    fc.assert(
      fc.property(texts, fc.nat(20), (fields, before) => {
        const sent = fields.map((text) => text?.toWellFormed() ?? null);
        const message = dataRow(sent).subarray(5);
        const bytes = Buffer.concat([Buffer.alloc(before, 0xff), message, Buffer.alloc(3, 0xff)]);
        row.moveTo(bytes, before, before + message.length);

        expect(row.fields).toEqual(sent);
        sent.forEach((text, index) => expect(row.text(index)).toBe(text));
      }),
    );
  });

  it('can be kept and read after other rows, in any order', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), (rows) => {
        const sent = rows.map((fields) => fields.map((text) => text?.toWellFormed() ?? null));
        const messages = sent.map((fields) => dataRow(fields).subarray(5));
        const bytes = Buffer.concat(messages);
        let at = 0;
        const held = messages.map(({ length }) => row.moveTo(bytes, at, (at += length)).held());

        for (const [index, one] of [...held.entries()].reverse())
          expect(one.row().fields).toEqual(sent[index]);
      }),
    );
    expect(new TextRow(['kept']).held().row().fields).toEqual(['kept']);
  });

  it('reads numbers, instants and JSON like a row of texts', () => {
    const sent = ['-1.30000000', '2026-01-05 15:30:00.12+00', '{"leg": "put", "Größe": 1}', null];
    const message = dataRow(sent).subarray(5);
    const text = new TextRow(sent);
    row.moveTo(message, 0, message.length);

    expect([row.ascii(0), row.instant(1), row.json(2)]).toEqual([
      '-1.30000000',
      new Date('2026-01-05T15:30:00.120Z'),
      { leg: 'put', Größe: 1 },
    ]);
    expect([text.ascii(0), text.instant(1), text.json(2)]).toEqual([
      row.ascii(0),
      row.instant(1),
      row.json(2),
    ]);
    for (const read of [row, text])
      expect([read.ascii(3), read.text(3), read.instant(3), read.json(3)]).toEqual([null, null, null, null]);
  });
});
