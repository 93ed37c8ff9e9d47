import { forward, listen, throughPort } from './forwarding-server.js';
import { eachMessage } from './frontend-messages.js';

/** A message of the client: its type letter, and the texts in it. */
type WireMessage = string;

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
    eachMessage(socket, (message, isStartup) => {
      if (!isStartup) messages.push(shown(message));
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
