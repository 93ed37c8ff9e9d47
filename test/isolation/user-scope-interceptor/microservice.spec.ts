// @slow: starts an application
import type { Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Catch, Controller, Get } from '@nestjs/common';
import type { ExecutionContext, INestMicroservice, RpcExceptionFilter } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ClientProxyFactory, EventPattern, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import type { ClientProxy, MicroserviceOptions } from '@nestjs/microservices';
import fc from 'fast-check';
import { concatMap, defer, interval, lastValueFrom, take, throwError, timer, toArray } from 'rxjs';
import type { Observable } from 'rxjs';
import { JournalDatabaseError, JournalRepository } from '../../../src/index.js';
import type { JournalEntry } from '../../../src/index.js';
import { Probe, listen, startScopedApplication, userIdOfHttp } from '../../support/scoped-application.js';
import type { ScopedApplication } from '../../support/scoped-application.js';
import { rounds } from '../../support/rounds.js';
import { until } from '../../support/until.js';

/** A message of the test services, which contains the user's id. */
interface Message {
  userId?: string | undefined;
}

const userIdOf = (context: ExecutionContext) =>
  context.getType() === 'rpc' ? context.switchToRpc().getData<Message>().userId : userIdOfHttp(context);

let events: string[] = [];

@Controller()
class MessagesController {
  constructor(
    private readonly probe: Probe,
    private readonly journal: JournalRepository,
  ) {}

  @MessagePattern('value')
  @Get('value')
  async value(): Promise<string> {
    await setTimeout(1);
    return this.probe.whose();
  }

  @MessagePattern('stream')
  stream(): Observable<string> {
    return interval(1).pipe(
      take(3),
      concatMap(() => this.probe.whose()),
    );
  }

  @MessagePattern('error')
  error(): Observable<JournalEntry> {
    return timer(1).pipe(concatMap(() => this.journal.get('nothing')));
  }

  @EventPattern('event')
  async event(@Payload() _message: Message): Promise<void> {
    events.push(await this.probe.whose());
  }
}

/** Answers with the code of the error, and with the users whose entries the filter could read. */
@Catch(JournalDatabaseError)
class CodeFilter implements RpcExceptionFilter<JournalDatabaseError> {
  constructor(private readonly probe: Probe) {}

  catch({ code }: JournalDatabaseError): Observable<never> {
    return defer(() => this.probe.whose()).pipe(concatMap((whose) => throwError(() => ({ code, whose }))));
  }
}

const metadata = {
  controllers: [MessagesController],
  providers: [{ provide: APP_FILTER, useClass: CodeFilter }],
};
const names = ['anna', 'bob', 'cleo'] as const;
const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;

/** A client of the service, which listens on a free port. */
function clientOf(service: INestMicroservice): ClientProxy {
  const address = service.unwrap<Server>().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return ClientProxyFactory.create({ ...tcp, options: { host: '127.0.0.1', port } });
}

function ask(client: ClientProxy, pattern: string, message: Message): Promise<string[]> {
  return lastValueFrom(client.send<string, Message>(pattern, message).pipe(toArray()));
}

describe('a message over TCP', () => {
  let scoped: ScopedApplication;
  let service: INestMicroservice;
  let client: ClientProxy;

  beforeAll(async () => {
    scoped = await startScopedApplication(names, metadata, userIdOf);
    service = scoped.module.createNestMicroservice(tcp);
    await service.listen();
    client = clientOf(service);
  });
  afterAll(async () => {
    await client?.close();
    await scoped?.close(service);
  });
  beforeEach(() => {
    events = [];
  });

  const of = (name: string | undefined): Message => ({ userId: name && scoped.users[name] });

  it('runs for its user, with every value of its answer', async () => {
    expect(await ask(client, 'value', of('anna'))).toEqual(['anna']);
    expect(await ask(client, 'stream', of('bob'))).toEqual(['bob', 'bob', 'bob']);
  });

  it('without a user has no access', async () => {
    expect(await ask(client, 'stream', of(undefined))).toEqual(Array(3).fill('USER_SCOPE_MISSING'));
  });

  it('with an invalid user id is refused', async () => {
    const refused = { code: 'INVALID_USER_ID', whose: 'USER_SCOPE_MISSING' };
    await expect(ask(client, 'value', { userId: 'anna' })).rejects.toEqual(refused);
  });

  it('leaves its scope before an exception filter answers its error', async () => {
    const missing = { code: 'ENTRY_NOT_FOUND', whose: 'USER_SCOPE_MISSING' };
    await expect(ask(client, 'error', of('anna'))).rejects.toEqual(missing);
  });

  it('may be an event', async () => {
    client.emit('event', of('cleo'));
    await until(() => events.length > 0);
    expect(events).toEqual(['cleo']);
  });

  it('isolates users, with any number of concurrent messages over one connection', async () => {
    const message = fc.record({
      name: fc.constantFrom(...names, undefined),
      pattern: fc.constantFrom('value', 'stream'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 2, maxLength: 40 }), async (messages) => {
        const answers = await Promise.all(
          messages.map(({ name, pattern }) => ask(client, pattern, of(name))),
        );
        expect(answers.map((values) => [...new Set(values)])).toEqual(
          messages.map(({ name = 'USER_SCOPE_MISSING' }) => [name]),
        );
      }),
      { numRuns: rounds(10) },
    );
  });
});

describe('an application that serves HTTP and messages', () => {
  it.each([
    { inheritAppConfig: true, whose: 'anna' },
    { inheritAppConfig: false, whose: 'USER_SCOPE_MISSING' },
  ])(
    'handles messages for $whose if inheritAppConfig is $inheritAppConfig',
    async ({ inheritAppConfig, whose }) => {
      const scoped = await startScopedApplication(names, metadata, userIdOf);
      const app = scoped.module.createNestApplication();
      const service = app.connectMicroservice<MicroserviceOptions>(tcp, { inheritAppConfig });
      await app.startAllMicroservices();
      const client = clientOf(service);
      const userId = scoped.users['anna'] ?? '';
      try {
        const response = await fetch(`${await listen(app)}/value`, { headers: { 'x-user': userId } });
        expect(await response.text()).toBe('anna');
        expect(await ask(client, 'value', { userId })).toEqual([whose]);
      } finally {
        await client.close();
        await scoped.close(app);
      }
    },
  );
});
