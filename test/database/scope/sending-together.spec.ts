import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Connection } from 'pg';
import { sendingTogether } from '../../../src/database/scope/sending-together.js';
import type { Wire } from '../../../src/database/scope/wire.js';

/** A connection that keeps what was sent, and what was left to pg. */
function connect() {
  const sent: Buffer[] = [];
  const left: unknown[] = [];
  const connection = {
    _send: (message: Buffer) => sent.push(message) > 0,
    bind: (message: unknown) => left.push(message),
  } as unknown as Connection & Wire;
  sendingTogether(connection);
  return { connection, wire: connection as Wire, sent, left };
}

/** What a Bind message says, read by the documentation of the protocol. */
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

describe('Messages that are sent together', () => {
  it('say what was given, whatever it is and however long, in one piece for each time', () => {
    const { connection, wire, sent } = connect();
    const statements = fc.record({
      statement: fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
      values: fc.array(fc.option(texts), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(
        fc.array(statements, { maxLength: 5 }),
        fc.uint8Array({ maxLength: 70_000 }),
        (given, other) => {
          sent.length = 0;
          for (const bind of given)
            wire.together(() => {
              wire.bind(bind);
              connection._send(Buffer.from(other));
            });
          expect(sent).toHaveLength(given.length);
          given.forEach(({ statement, values }, index) => {
            const bytes = sent[index] ?? Buffer.alloc(0);
            const bind = bytes.subarray(0, bytes.length - other.length);
            expect(readBind(bind)).toEqual({
              letter: 'B',
              isWhole: true,
              portal: '',
              statement,
              formats: 0,
              values,
              results: 0,
              at: bind.length,
            });
            expect(bytes.subarray(bind.length).equals(other)).toBe(true);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keep no room that only a large one needed', () => {
    const { wire, sent } = connect();
    for (const length of [1_000_000, 10]) wire.together(() => wire.bind({ values: ['x'.repeat(length)] }));

    expect(sent[1]?.buffer.byteLength).toBe(65_536);
  });

  it('are none when one of them fails, and the next ones are not mixed with it', () => {
    const { connection, wire, sent } = connect();
    const failing = () =>
      wire.together(() => {
        wire.bind({ values: ['half'] });
        throw new Error('a value that cannot be sent');
      });

    expect(failing).toThrow('a value that cannot be sent');
    expect(sent).toEqual([]);
    wire.together(() => connection._send(Buffer.from('next')));
    expect(sent.map(String)).toEqual(['next']);
  });

  it('of one connection are not mixed with those that another one sends in the middle of them', () => {
    const [outer, inner] = [connect(), connect()];
    outer.wire.together(() => {
      outer.connection._send(Buffer.from('one '));
      inner.wire.together(() => inner.connection._send(Buffer.from('other')));
      outer.connection._send(Buffer.from('one'));
    });

    expect(outer.sent.map(String)).toEqual(['one one']);
    expect(inner.sent.map(String)).toEqual(['other']);
  });

  it('are sent at once when they do not go together, and left to pg where it makes the values', () => {
    const { connection, wire, sent, left } = connect();
    connection._send(Buffer.from('alone'));
    wire.bind({ values: ['1'] });
    wire.together(() => wire.bind({ values: ['1'], valueMapper: String }));

    expect(sent.map(String)).toEqual(['alone', '']);
    expect(left).toHaveLength(2);
  });
});
