import { forward, listen, throughPort } from './forwarding-server.js';

/** A message of the client: its type letter, and the texts in it. */
export type WireMessage = string;

/** A proxy between a client and a server that records the messages of the client. */
export interface WireRecorder {
  url: string;
  /** The messages that `work` made the client send. */
  during(work: () => Promise<unknown>): Promise<WireMessage[]>;
  close(): Promise<void>;
}

/** Records the frontend messages (protocol 3) to the server of a URL. */
export async function recordWire(databaseUrl: string): Promise<WireRecorder> {
  let messages: WireMessage[] = [];
  const server = await listen((socket) => {
    let rest = Buffer.alloc(0);
    let isStarted = false;
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        // The first message of a connection has no type.
        const header = isStarted ? 1 : 0;
        if (rest.length < header + 4) return;
        const length = header + rest.readInt32BE(header);
        if (rest.length < length) return;
        if (isStarted) messages.push(shown(rest.subarray(0, length)));
        isStarted = true;
        rest = rest.subarray(length);
      }
    });
    forward(socket, databaseUrl);
  });
  return {
    url: throughPort(databaseUrl, server.port),
    during: async (work) => {
      messages = [];
      await work();
      return messages;
    },
    close: () => server.close(),
  };
}

const names: Record<string, string> = {
  P: 'Parse',
  B: 'Bind',
  E: 'Execute',
  D: 'Describe',
  C: 'Close',
  S: 'Sync',
  Q: 'Query',
};

function shown(message: Buffer): WireMessage {
  const type = message.toString('latin1', 0, 1);
  const [first = '', second = ''] = message.toString('utf8', 5).split('\0');
  const text = { P: [first, second], B: [second], C: [first.slice(1)], Q: [first] }[type] ?? [];
  return [names[type] ?? type, ...text.map((part) => part.trim()).filter(Boolean)].join(' ');
}
