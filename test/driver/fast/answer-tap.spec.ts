import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Client, Connection } from 'pg';
import { AnswerTap } from '../../../src/driver/fast/answer-tap.js';
import type { AnswerTaker } from '../../../src/driver/fast/answer-tap.js';
import { dataRow, framed } from '../../support/framed-messages.js';

const done = framed('C', Buffer.from('SELECT 1\0'));
const notice = framed('N', Buffer.from('notice'));
const bound = framed('2', Buffer.alloc(0));
const ready = framed('Z', Buffer.from('T'));

/** Answers between other messages, of any length. */
const messages = fc.array(
  fc.oneof(
    fc.string({ maxLength: 30 }).map((text) => dataRow([text])),
    fc.uint8Array({ maxLength: 30 }).map((content) => framed('N', Buffer.from(content))),
    fc.constantFrom(done, bound, ready),
  ),
  { maxLength: 20 },
);

/** Splits the received bytes at random places. */
function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  places.sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function listen(isTaking: boolean) {
  const seen: string[] = [];
  const stream = Object.assign(new EventEmitter(), { destroy: (error: Error) => seen.push(error.message) });
  const others: Buffer[] = [];
  const rows: Buffer[] = [];
  const commands: number[] = [];
  const taker: AnswerTaker = {
    takeRow: (bytes, from, to) => {
      rows.push(Buffer.from(bytes.subarray(from - 5, to)));
      seen.push('row');
    },
    takeCommandComplete: () => commands.push(rows.length),
  };
  const connection = {
    attachListeners: (rest: Duplex) => {
      rest.on('data', (chunk: Buffer) => {
        others.push(Buffer.from(chunk));
        seen.push('other');
      });
      rest.on('end', () => seen.push('end'));
    },
  } as unknown as Connection;
  AnswerTap.install({ connection } as unknown as Client);
  const tap = AnswerTap.of(connection);
  tap.taker = isTaking ? taker : undefined;
  connection.attachListeners(stream as unknown as Duplex);
  return { stream, tap, taker, rows, commands, others, seen };
}

describe('The answer to a statement', () => {
  it('is removed from the received data at any chunk boundaries, and all other bytes pass unchanged', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const { stream, rows, commands, others } = listen(true);
        for (const chunk of chunksOf(Buffer.concat(sent), cuts)) stream.emit('data', chunk);
        const isRow = (one: Buffer) => one[0] === 'D'.charCodeAt(0);
        const rowsBefore = sent.flatMap((one, index) =>
          one === done ? sent.slice(0, index).filter(isRow).length : [],
        );

        expect(rows).toEqual(sent.filter(isRow));
        expect(commands).toEqual(rowsBefore);
        expect(Buffer.concat(others)).toEqual(
          Buffer.concat(sent.filter((one) => !isRow(one) && one !== done && one !== bound)),
        );
      }),
    );
  });

  it('passes unchanged while no statement takes it', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const { stream, others } = listen(false);
        for (const chunk of chunksOf(Buffer.concat(sent), cuts)) stream.emit('data', chunk);

        expect(Buffer.concat(others)).toEqual(Buffer.concat(sent));
      }),
    );
  });

  it('is taken in sequence, and not after a handler removes the taker', () => {
    const { stream, tap, taker, rows, others, seen } = listen(true);
    const [first, late] = [dataRow(['1']), dataRow(['2'])];
    tap.taker = {
      ...taker,
      takeRow: (...given) => {
        taker.takeRow(...given);
        tap.taker = undefined;
      },
    };
    stream.emit('data', Buffer.concat([notice, first, done, late, ready]));
    stream.emit('end');

    expect(rows).toEqual([first]);
    expect(Buffer.concat(others)).toEqual(Buffer.concat([notice, done, late, ready]));
    expect(seen).toEqual(['other', 'row', 'other', 'end']);
  });

  it('is not taken from the message on at which pg removes the taker', () => {
    const { stream, tap, rows, others } = listen(true);
    const [first, late] = [dataRow(['1']), dataRow(['2'])];
    const error = framed('E', Buffer.from('SERROR\0\0'));
    const bytes = Buffer.concat([first, error, late, ready]);
    // Removes the taker at the error message, as pg does when it delivers an error.
    const removing = others.push.bind(others);
    others.push = (...chunks) => {
      if (chunks.some((chunk) => chunk.includes(error))) tap.taker = undefined;
      return removing(...chunks);
    };
    stream.emit('data', bytes);

    expect(rows).toEqual([first]);
    expect(Buffer.concat(others)).toEqual(Buffer.concat([error, late, ready]));
  });

  it.each([
    ['too short', 'X\0\0\0\x03'],
    ['too long', 'X\xff\xff\xff\xff\0'],
  ])('is not awaited if a message is %s for the PostgreSQL protocol', (_, bytes) => {
    const { stream, seen } = listen(true);
    stream.emit('data', Buffer.from(bytes, 'latin1'));

    expect(seen).toEqual(['Invalid message from the server: not the PostgreSQL protocol.']);
  });
});
