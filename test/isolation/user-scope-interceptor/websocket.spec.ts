// @slow: starts an application
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext, INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets';
import { Observable, concatMap, interval, map, take } from 'rxjs';
import { WebSocket } from 'ws';
import { UserScope } from '../../../src/index.js';
import { Probe, listen, startScopedApplication, userIdOfHttp } from '../../support/scoped-application.js';
import type { ScopedApplication } from '../../support/scoped-application.js';
import { until } from '../../support/until.js';

interface SignedInSocket {
  userId?: string | undefined;
}

interface Message {
  event: string;
  data: string;
}

const userIdOf = (context: ExecutionContext) =>
  context.getType() === 'ws'
    ? context.switchToWs().getClient<SignedInSocket>().userId
    : userIdOfHttp(context);

/** Whose entries the hooks and teardowns of a user's sockets could read. */
const found = new Map<string | undefined, string[]>();
const record = (userId: string | undefined, line: string) =>
  found.set(userId, [...(found.get(userId) ?? []), line]);

@WebSocketGateway()
class Gateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(private readonly probe: Probe) {}

  async handleConnection(client: SignedInSocket, { headers }: IncomingMessage): Promise<void> {
    client.userId = headers['x-user'] as string | undefined;
    record(client.userId, `connection: ${await this.probe.whose()}`);
  }

  async handleDisconnect({ userId }: SignedInSocket): Promise<void> {
    record(userId, `disconnection: ${await this.probe.whose()}`);
  }

  @SubscribeMessage('value')
  async value(): Promise<Message> {
    await setTimeout(1);
    return { event: 'value', data: await this.probe.whose() };
  }

  @SubscribeMessage('stream')
  stream(): Observable<Message> {
    return interval(1).pipe(
      take(3),
      concatMap(() => this.probe.whose()),
      map((data) => ({ event: 'stream', data })),
    );
  }

  @SubscribeMessage('endless')
  endless(@ConnectedSocket() { userId }: SignedInSocket): Observable<Message> {
    return new Observable((subscriber) => {
      const ticks = interval(2)
        .pipe(concatMap(() => this.probe.whose()))
        .subscribe((data) => subscriber.next({ event: 'endless', data }));
      return () => {
        ticks.unsubscribe();
        void this.probe.whose().then((whose) => record(userId, `teardown: ${whose}`));
      };
    });
  }
}

describe('a message over a WebSocket', () => {
  let scoped: ScopedApplication;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    scoped = await startScopedApplication(['anna', 'bob', 'cleo'], { providers: [Gateway] }, userIdOf);
    app = scoped.module.createNestApplication();
    app.useWebSocketAdapter(new WsAdapter(app));
    url = await listen(app);
  });
  afterAll(() => scoped?.close(app));

  /** A user's socket, with the received data by event. */
  async function connect(name?: string) {
    const headers = name === undefined ? {} : { 'x-user': scoped.users[name] };
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    const received: Record<string, string[]> = {};
    socket.on('message', (text: Buffer) => {
      const { event, data } = JSON.parse(text.toString()) as Message;
      (received[event] ??= []).push(data);
    });
    await once(socket, 'open');
    const send = (event: string) => socket.send(JSON.stringify({ event }));
    return { received, send, close: () => socket.close() };
  }

  it('runs for the user of its socket, with every value of its answer, beside messages of others', async () => {
    const sockets = [await connect('anna'), await connect('bob'), await connect()];
    for (let left = 20; left > 0; left -= 1)
      for (const { send } of sockets) {
        send('value');
        send('stream');
      }
    await until(() =>
      sockets.every(({ received: { value, stream } }) => value?.length === 20 && stream?.length === 60),
    );
    for (const [index, whose] of ['anna', 'bob', 'USER_SCOPE_MISSING'].entries()) {
      const { value, stream } = sockets[index]?.received ?? {};
      expect([new Set(value), new Set(stream)]).toEqual([new Set([whose]), new Set([whose])]);
    }
    for (const { close } of sockets) close();
  });

  it('of a client in the scope of another user runs for the user of its socket', async () => {
    const { received, send, close } = await app
      .get(UserScope)
      .run(scoped.users['bob'] ?? '', () => connect('anna'));
    send('value');
    await until(() => received['value'] !== undefined);
    expect(received['value']).toEqual(['anna']);
    close();
  });

  it('ends with its socket, in the scope of the user; connection and disconnection are outside', async () => {
    const { received, send, close } = await connect('cleo');
    const ofCleo = () => found.get(scoped.users['cleo']) ?? [];
    send('endless');
    await until(() => ofCleo().length === 1 && (received['endless']?.length ?? 0) > 3);
    close();
    await until(() => ofCleo().length === 3);
    expect(ofCleo().toSorted()).toEqual([
      'connection: USER_SCOPE_MISSING',
      'disconnection: USER_SCOPE_MISSING',
      'teardown: cleo',
    ]);
  });
});
