import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Connection } from 'pg';
import { handingOverAnswers } from '../../../src/database/scope/answer-tap.js';
import type { AnswerTaker } from '../../../src/database/scope/wire.js';
import type { Wire } from '../../../src/database/scope/wire.js';
import { dataRow, message } from '../../support/backend-messages.js';

const done = message('C', Buffer.from('SELECT 1\0'));
const notTaken = message('C', Buffer.from('DISCARD\0'));
const bound = message('2', Buffer.alloc(0));
const ready = message('Z', Buffer.from('T'));

/** Answers among other messages, of any length. */
const messages = fc.array(
  fc.oneof(
    fc.string({ maxLength: 30 }).map((text) => dataRow([text])),
    fc.uint8Array({ maxLength: 30 }).map((content) => message('N', Buffer.from(content))),
    fc.constantFrom(done, notTaken, bound, ready),
  ),
  { maxLength: 20 },
);

/** What arrives is cut anywhere. */
function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  places.sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function listen(isTaking: boolean) {
  const stream = Object.assign(new EventEmitter(), { destroy: (error: Error) => seen.push(error.message) });
  const seen: string[] = [];
  const others: Buffer[] = [];
  const rows: Buffer[] = [];
  const taken: string[] = [];
  const taker: AnswerTaker = {
    takeRow: (bytes, from, to) => {
      rows.push(Buffer.from(bytes.subarray(from - 5, to)));
      seen.push('row');
    },
    takeDone: (_, bytes, from) => {
      const tag = bytes.toString('latin1', from, bytes.indexOf(0, from));
      if (tag === 'SELECT 1') taken.push(tag);
      return tag === 'SELECT 1';
    },
  };
  const connection = {
    taker: isTaking ? taker : undefined,
    emit: (event: string, given: { status: string }) => taken.push(`${event} ${given.status}`),
    attachListeners: (rest: Duplex) => {
      rest.on('data', (chunk: Buffer) => {
        others.push(Buffer.from(chunk));
        seen.push('other');
      });
      rest.on('end', () => seen.push('end'));
    },
  } as unknown as Connection & Wire;
  handingOverAnswers(connection);
  connection.attachListeners(stream as unknown as Duplex);
  return { stream, connection, taker, rows, taken, others, seen };
}

describe('The answer to a statement', () => {
  it('is taken out of what arrives, and all else goes on as it came, however it is cut', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const { stream, rows, taken, others } = listen(true);
        for (const chunk of chunksOf(Buffer.concat(sent), cuts)) stream.emit('data', chunk);
        const isRow = (one: Buffer) => one[0] === 'D'.charCodeAt(0);
        const ends = sent.filter((one) => one === done || one === ready);

        expect(rows).toEqual(sent.filter(isRow));
        expect(taken).toEqual(ends.map((one) => (one === done ? 'SELECT 1' : 'readyForQuery T')));
        expect(Buffer.concat(others)).toEqual(
          Buffer.concat(sent.filter((one) => !isRow(one) && !ends.includes(one) && one !== bound)),
        );
      }),
    );
  });

  it('goes on with all else while nobody takes it', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const { stream, others } = listen(false);
        for (const chunk of chunksOf(Buffer.concat(sent), cuts)) stream.emit('data', chunk);

        expect(Buffer.concat(others)).toEqual(Buffer.concat(sent));
      }),
    );
  });

  it('is taken in its place among the others, and no more once these have ended the taking', () => {
    const { stream, connection, taker, rows, others, seen } = listen(true);
    const [first, late] = [dataRow(['1']), dataRow(['2'])];
    connection.taker = {
      ...taker,
      takeRow: (...given) => {
        taker.takeRow(...given);
        connection.taker = undefined;
      },
    };
    stream.emit('data', Buffer.concat([notTaken, first, notTaken, late, ready]));
    stream.emit('end');

    expect(rows).toEqual([first]);
    expect(Buffer.concat(others)).toEqual(Buffer.concat([notTaken, notTaken, late, ready]));
    expect(seen).toEqual(['other', 'row', 'other', 'end']);
  });

  it.each([
    ['too short', 'X\0\0\0\x03'],
    ['too long', 'X\xff\xff\xff\xff\0'],
  ])('is not waited for when a message is %s to be one of PostgreSQL', (_, bytes) => {
    const { stream, seen } = listen(true);
    stream.emit('data', Buffer.from(bytes, 'latin1'));

    expect(seen).toEqual(['what answers does not speak the protocol of PostgreSQL']);
  });
});
