// @slow: encodes many random messages
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { messageWriter } from '../../../src/driver/fast/message-writer.js';

/** Parses a Bind message according to the protocol documentation. */
function readBind(bytes: Buffer) {
  let at = 0;
  const text = () => {
    const end = bytes.indexOf(0, at);
    const read = bytes.toString('utf8', at, end);
    at = end + 1;
    return read;
  };
  const int16 = () => bytes.readInt16BE((at += 2) - 2);
  const int32 = () => bytes.readInt32BE((at += 4) - 4);
  const letter = String.fromCharCode(bytes[at++] ?? 0);
  const length = int32();
  const [portal, statement, formats] = [text(), text(), int16()];
  const values = Array.from({ length: int16() }, () => {
    const size = int32();
    return size < 0 ? null : bytes.toString('utf8', at, (at += size));
  });
  return {
    letter,
    isWhole: length === bytes.length - 1,
    portal,
    statement,
    formats,
    values,
    results: int16(),
    at,
  };
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }).filter((text) => text.isWellFormed()),
  fc.nat(80_000).map((length) => 'ü€x'.repeat(length)),
  fc.nat(200).map((length) => 'x'.repeat(length)),
);

/** Splits bytes into protocol messages. */
function messagesOf(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    messages.push(bytes.subarray(at, end));
    at = end;
  }
  return messages;
}

const names = fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme-ascii', maxLength: 30 }));

describe('The messages of one exchange', () => {
  it('contain the given values of any content and length, and never change afterwards', () => {
    const statements = fc.record({
      statement: names,
      text: texts.map((text) => text.replaceAll('\0', '')),
      values: fc.array(fc.option(texts), { maxLength: 20 }),
    });
    const given = fc.array(fc.array(statements, { minLength: 1, maxLength: 3 }), { maxLength: 5 });
    fc.assert(
      fc.property(given, (exchanges) => {
        const sent = exchanges.map((exchange) => {
          messageWriter.clear();
          for (const { statement, text, values } of exchange)
            messageWriter.closeStatement(statement).parse(statement, text).bind(statement, values).execute();
          return messageWriter.sync().take();
        });
        exchanges.forEach((exchange, index) => {
          const messages = messagesOf(sent[index] ?? Buffer.alloc(0));
          expect(messages.splice(-1).map(String)).toEqual(['S\0\0\0\x04']);
          expect(messages).toHaveLength(4 * exchange.length);
          for (const { statement, text, values } of exchange) {
            const [close, parse, bind, execute] = messages.splice(0, 4);
            expect(close?.toString('utf8', 5)).toBe(`S${statement}\0`);
            expect(parse?.toString('utf8', 5)).toBe(`${statement}\0${text}\0\0\0`);
            expect(readBind(bind ?? Buffer.alloc(0))).toEqual({
              letter: 'B',
              isWhole: true,
              portal: '',
              statement,
              formats: 0,
              values,
              results: 0,
              at: bind?.length,
            });
            expect([close?.[0], parse?.[0], execute?.toString('latin1')]).toEqual([
              'C'.charCodeAt(0),
              'P'.charCodeAt(0),
              'E\0\0\0\x09\0\0\0\0\0',
            ]);
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  it('release a buffer that only a large message needed', () => {
    const [, small] = [1_000_000, 10].map((length) =>
      messageWriter
        .clear()
        .bind('', ['x'.repeat(length)])
        .take(),
    );

    expect(small?.buffer.byteLength).toBe(65_536);
  });

  it('are discarded if one of them fails, and the next messages do not contain them', () => {
    const values = Array.from({ length: 70_000 }, () => null);
    expect(() => messageWriter.clear().parse('half', 'SELECT 1').bind('half', values)).toThrow(
      'out of range',
    );

    expect(messageWriter.clear().sync().take().toString()).toBe('S\0\0\0\x04');
  });
});
