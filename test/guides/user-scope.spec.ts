import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Sse } from '@nestjs/common';
import type {
  CallHandler,
  ContextType,
  ExecutionContext,
  FactoryProvider,
  NestInterceptor,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { GqlExecutionContext } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import type { Repository } from 'typeorm';
import { concatMap, defer, firstValueFrom, from, lastValueFrom, map, of, Subject, switchMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { JournalRepository, keepUserScope, provideUserScope } from 'trading-journal-database';
import { UserScope, UserScopeInterceptor } from 'trading-journal-database';
import { sellPut } from 'trading-journal-database/trades';
import type { SignedInRequest } from '../../docs/guides/feature-module/signed-in/signed-in.guard.js';
import { WatchlistItem } from '../../docs/guides/feature-module/watchlist/watchlist-item.entity.js';
import { startGuideApplication } from '../e2e/guide-application.js';
import type { GuideApplication } from '../e2e/guide-application.js';
import { deferred } from '../support/deferred.js';

const scopes: Record<string, FactoryProvider<UserScopeInterceptor>> = {
  http:
    // Express and Fastify
    provideUserScope((context) => context.switchToHttp().getRequest<SignedInRequest>().userId),

  graphql:
    // GraphQL
    provideUserScope(
      (context) => GqlExecutionContext.create(context).getContext<{ req: SignedInRequest }>().req.userId,
    ),

  rpc:
    // Microservices, if every sender of messages is trusted to name the user
    provideUserScope((context) => context.switchToRpc().getData<{ userId: string }>().userId),

  ws:
    // WebSocket gateways, if handleConnection stores the user in the client
    provideUserScope((context) => context.switchToWs().getClient<{ userId: string }>().userId),
};

/** For NestJS 11, which applies no global interceptors to gateways. */
@Injectable()
export class GatewayScope extends UserScopeInterceptor {
  constructor(scope: UserScope) {
    super(scope, (context) => context.switchToWs().getClient<{ userId: string }>().userId);
  }
}

@Controller()
class TotalsController {
  readonly changes = new Subject<void>();

  constructor(private readonly journal: JournalRepository) {}

  @Sse('totals')
  totals() {
    return this.changes.pipe(
      keepUserScope(),
      switchMap(() => this.journal.totals()),
      map((data) => ({ data })),
    );
  }
}

@Injectable()
export class UnitOfWorkInterceptor implements NestInterceptor {
  constructor(private readonly scope: UserScope) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.scope.transaction(() => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }
}

class Recorder {
  constructor(
    private readonly scope: UserScope,
    private readonly journal: JournalRepository,
    private readonly items: Repository<WatchlistItem>,
  ) {}

  async record(
    trade: Parameters<typeof sellPut>[0],
    item: { userId: string; symbol: string },
  ): Promise<void> {
    await this.scope.transaction(async () => {
      await this.journal.append(sellPut(trade));
      await this.items.insert(item);
    });
  }
}

describe('the examples of the guide to the user scope', () => {
  let application: GuideApplication;
  let scope: UserScope;
  let journal: JournalRepository;
  let items: Repository<WatchlistItem>;
  let [anna, bob] = ['', ''];

  beforeAll(async () => {
    application = await startGuideApplication();
    [scope, journal] = [application.nest.get(UserScope), application.nest.get(JournalRepository)];
    items = application.nest.get(DataSource).getRepository(WatchlistItem);
    for (const email of ['anna@example.com', 'bob@example.com']) await application.signUp(email);
    const users: { id: string }[] = await application.owner.query('SELECT id FROM users ORDER BY email');
    [anna, bob] = [users[0]?.id ?? '', users[1]?.id ?? ''];
  });
  afterAll(() => application?.close());

  function userInScope(): string {
    try {
      return scope.userId;
    } catch {
      return 'no user';
    }
  }

  it.each<[ContextType | 'graphql', unknown[]]>([
    ['http', ['request']],
    ['graphql', [undefined, {}, 'context', {}]],
    ['rpc', ['data']],
    ['ws', ['client']],
  ])('open the scope of a call by %s', async (type, place) => {
    const given: Record<string, unknown> = {
      request: { userId: anna },
      context: { req: { userId: anna } },
      data: { userId: anna },
      client: { userId: anna },
    };
    const context = new ExecutionContextHost(
      place.map((one) => (typeof one === 'string' ? given[one] : one)),
      TotalsController,
      () => undefined,
    );
    context.setType(type);
    const next: CallHandler<string> = { handle: () => defer(() => of(scope.userId)) };
    const interceptors = [await scopes[type]?.useFactory(scope)];
    if (type === 'ws') interceptors.push(new GatewayScope(scope));
    for (const interceptor of interceptors) {
      const handled = await interceptor?.intercept(context, next);
      if (handled === undefined) throw new Error(`no interceptor for ${type}`);
      expect(await firstValueFrom(handled)).toBe(anna);
    }
  });

  it('let a second interceptor change the user, also for an Observable of the handler', async () => {
    const context = new ExecutionContextHost([], TotalsController, () => undefined);
    const handler: CallHandler<string> = { handle: () => defer(() => of(scope.userId)) };
    const second = new UserScopeInterceptor(scope, () => bob);
    const next = {
      handle: () => from(second.intercept(context, handler)).pipe(concatMap((values) => values)),
    };
    const first = new UserScopeInterceptor(scope, () => anna);
    expect(await firstValueFrom(await first.intercept(context, next))).toBe(bob);
    const run = scope.run(anna, async () => scope.run(bob, () => Promise.resolve(handler.handle())));
    expect(await scope.run(anna, async () => firstValueFrom(await run))).toBe(anna);
  });

  it("write a trade and a row of the application's own table in one unit of work", async () => {
    const recorder = new Recorder(scope, journal, items);
    const item = { userId: anna, symbol: 'AAPL' };
    await scope.run(anna, () => recorder.record({ ...trade, id: 'put-1' }, item));
    // The item already exists, so neither row is written.
    const again = scope.run(anna, () => recorder.record({ ...trade, id: 'put-2' }, item));
    await expect(again).rejects.toThrow('duplicate key');
    await scope.run(anna, async () => {
      expect((await journal.page()).entries.map(({ id }) => id)).toEqual(['put-1']);
      expect(await items.find()).toMatchObject([item]);
    });
  });

  it('run a handler that returns an Observable in one unit of work', async () => {
    const context = new ExecutionContextHost([], TotalsController, () => undefined);
    const handle = (end: () => string) =>
      firstValueFrom(
        new UnitOfWorkInterceptor(scope).intercept(context, {
          handle: () => defer(() => journal.append(sellPut({ ...trade, id: end.name }))).pipe(map(end)),
        }),
      );
    const stored = () => 'answer';
    const failed = () => {
      throw new Error('own error');
    };
    await scope.run(anna, async () => {
      expect(await handle(stored)).toBe('answer');
      await expect(handle(failed)).rejects.toThrow('own error');
      expect((await journal.page()).entries.map(({ id }) => id)).toContain('stored');
      expect((await journal.page()).entries.map(({ id }) => id)).not.toContain('failed');
    });
  });

  it('refuse a request whose unit of work is opened before its scope', async () => {
    const context = new ExecutionContextHost([], TotalsController, () => undefined);
    const write = () => journal.append(sellPut({ ...trade, id: 'outside the unit' }));
    const handler: CallHandler = { handle: () => defer(write) };
    const second = new UserScopeInterceptor(scope, () => anna);
    const next = {
      handle: () => from(second.intercept(context, handler)).pipe(concatMap((values) => values)),
    };
    const refused = firstValueFrom(new UnitOfWorkInterceptor(scope).intercept(context, next));
    await expect(refused).rejects.toMatchObject({ code: 'REQUEST_WITHIN_UNIT' });
    const { entries } = await scope.run(anna, () => journal.page());
    expect(entries.map(({ id }) => id)).not.toContain('outside the unit');
  });

  it.each([
    ['in the scope of another user', (events: Observable<string>) => events, () => anna],
    ['outside any scope', keepUserScope<string>(), () => 'no user'],
  ])('run a command of a saga that waited for another event %s', async (_, kept, found) => {
    const events = new Subject<string>();
    const first = deferred();
    const saga = events.pipe(
      kept,
      concatMap((user) => first.promise.then(() => user)),
      map((user) => ({ user, inScope: userInScope() })),
    );
    const commands = lastValueFrom(saga);
    for (const user of [anna, bob]) await scope.run(user, async () => Promise.resolve(events.next(user)));
    first.resolve();
    events.complete();
    expect(await commands).toEqual({ user: bob, inScope: found() });
  });

  it('keep the scope of a stream that another user triggers', async () => {
    const controller = new TotalsController(journal);
    await scope.run(bob, () => journal.append(sellPut({ ...trade, id: 'a' })));
    await scope.run(bob, () => journal.append(sellPut({ ...trade, id: 'b' })));
    const counts = scope.run(bob, () => firstValueFrom(controller.totals()));
    await scope.run(anna, async () => Promise.resolve(controller.changes.next()));
    expect((await counts).data).toMatchObject({ count: 2 });
  });
});

const trade = {
  ts: new Date('2026-01-05T15:30:00Z'),
  accountId: 'acct-1',
  symbol: 'AAPL',
  contracts: '1',
  strike: '180',
  expiration: '2026-02-20',
  price: '2',
} as const;
