/** A message of protocol 3: its type letter, its length and its content. */
export function framed(type: string, content: Buffer | string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, Buffer.from(content)]);
}

/** A DataRow message. */
export function dataRow(fields: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  return framed('D', Buffer.concat([count, ...fields.map(field)]));
}

function field(text: string | null): Buffer {
  const content = Buffer.from(text ?? '');
  const length = Buffer.alloc(4);
  length.writeInt32BE(text === null ? -1 : content.length);
  return Buffer.concat([length, content]);
}
