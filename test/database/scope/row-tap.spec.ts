import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Connection } from 'pg';
import { handingOverRows } from '../../../src/database/scope/row-tap.js';
import type { Wire } from '../../../src/database/scope/wire.js';
import { dataRow, message } from '../../support/backend-messages.js';

/** Rows among other messages, of any length. */
const messages = fc.array(
  fc.oneof(
    fc.string({ maxLength: 30 }).map((text) => dataRow([text])),
    fc.uint8Array({ maxLength: 30 }).map((content) => message('N', Buffer.from(content))),
    fc.constant(message('C', Buffer.from('SELECT 1\0'))),
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
  const connection = {
    takeRow: undefined,
    attachListeners: (rest: Duplex) => {
      rest.on('data', (chunk: Buffer) => {
        others.push(Buffer.from(chunk));
        seen.push('other');
      });
      rest.on('end', () => seen.push('end'));
    },
  } as unknown as Connection & Wire;
  handingOverRows(connection);
  connection.attachListeners(stream as unknown as Duplex);
  const rows: Buffer[] = [];
  if (isTaking)
    connection.takeRow = (bytes, from, to) => {
      rows.push(Buffer.from(bytes.subarray(from - 5, to)));
      seen.push('row');
    };
  return { stream, connection, rows, others, seen };
}

describe('The rows of a statement', () => {
  it('are taken out of what arrives, and all else goes on as it came, however it is cut', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const { stream, rows, others } = listen(true);
        for (const chunk of chunksOf(Buffer.concat(sent), cuts)) stream.emit('data', chunk);
        const isRow = (one: Buffer) => one[0] === 'D'.charCodeAt(0);

        expect(rows).toEqual(sent.filter(isRow));
        expect(Buffer.concat(others)).toEqual(Buffer.concat(sent.filter((one) => !isRow(one))));
      }),
    );
  });

  it('go on with all else while nobody takes them', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const { stream, others } = listen(false);
        for (const chunk of chunksOf(Buffer.concat(sent), cuts)) stream.emit('data', chunk);

        expect(Buffer.concat(others)).toEqual(Buffer.concat(sent));
      }),
    );
  });

  it('are taken in their place among the others, and no more once these have ended the taking', () => {
    const { stream, connection, rows, others, seen } = listen(true);
    const [first, end, late] = [dataRow(['1']), message('C', Buffer.from('SELECT 1\0')), dataRow(['2'])];
    const take = connection.takeRow;
    connection.takeRow = (...given) => {
      take?.(...given);
      connection.takeRow = undefined;
    };
    stream.emit('data', Buffer.concat([end, first, end, late]));
    stream.emit('end');

    expect(rows).toEqual([first]);
    expect(Buffer.concat(others)).toEqual(Buffer.concat([end, end, late]));
    expect(seen).toEqual(['other', 'row', 'other', 'end']);
  });

  it.each([
    ['too short', 'X\0\0\0\x03'],
    ['too long', 'X\xff\xff\xff\xff\0'],
  ])('are not waited for when a message is %s to be one of PostgreSQL', (_, bytes) => {
    const { stream, seen } = listen(true);
    stream.emit('data', Buffer.from(bytes, 'latin1'));

    expect(seen).toEqual(['what answers does not speak the protocol of PostgreSQL']);
  });
});
