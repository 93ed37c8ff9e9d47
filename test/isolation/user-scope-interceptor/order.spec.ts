// @slow: starts an application
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  HttpStatus,
  Injectable,
  Module,
  Query,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import type {
  ArgumentsHost,
  CallHandler,
  CanActivate,
  ExceptionFilter,
  INestApplication,
  MiddlewareConsumer,
  NestInterceptor,
  NestMiddleware,
  NestModule,
  PipeTransform,
} from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { catchError, concatMap, defer, from } from 'rxjs';
import type { Observable } from 'rxjs';
import { UserScope, UserScopeInterceptor } from '../../../src/index.js';
import { Probe, listen, platforms, startScopedApplication } from '../../support/scoped-application.js';
import type { ScopedApplication } from '../../support/scoped-application.js';

/** The places that a request has passed, each with the users whose entries were visible there. */
@Injectable()
class Trail {
  steps: string[] = [];

  constructor(private readonly probe: Probe) {}

  async note(place: string): Promise<void> {
    this.steps.push(`${place}: ${await this.probe.whose()}`);
  }
}

@Injectable()
class TrailMiddleware implements NestMiddleware {
  constructor(private readonly trail: Trail) {}

  use(_request: unknown, _response: unknown, next: () => void): void {
    void this.trail.note('middleware').then(next);
  }
}

@Injectable()
class TrailGuard implements CanActivate {
  constructor(private readonly trail: Trail) {}

  async canActivate(): Promise<boolean> {
    await this.trail.note('guard');
    return true;
  }
}

@Injectable()
class TrailInterceptor implements NestInterceptor<unknown, unknown> {
  readonly place: string = 'later interceptor';

  constructor(private readonly trail: Trail) {}

  async intercept(_context: unknown, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    await this.trail.note(`${this.place}, before`);
    return next.handle().pipe(
      concatMap(async (value) => {
        await this.trail.note(`${this.place}, after`);
        return value;
      }),
      catchError((error: unknown) =>
        defer(async () => {
          await this.trail.note(`${this.place}, error`);
          throw error;
        }),
      ),
    );
  }
}

@Injectable()
class EarlierInterceptor extends TrailInterceptor {
  override readonly place = 'earlier interceptor';
}

/** As of another transport: it finds no user in these requests. */
@Injectable()
class InterceptorOfMessages extends UserScopeInterceptor {
  constructor(scope: UserScope) {
    super(scope, () => undefined);
  }
}

@Injectable()
class TrailPipe implements PipeTransform {
  constructor(private readonly trail: Trail) {}

  async transform(value: unknown): Promise<unknown> {
    await this.trail.note('pipe');
    return value;
  }
}

@Catch(RangeError)
class TrailFilter implements ExceptionFilter {
  constructor(
    private readonly trail: Trail,
    private readonly host: HttpAdapterHost,
  ) {}

  async catch(_error: unknown, host: ArgumentsHost): Promise<void> {
    await this.trail.note('filter');
    this.host.httpAdapter.reply(host.switchToHttp().getResponse<object>(), '', HttpStatus.CONFLICT);
  }
}

@Controller()
@UseGuards(TrailGuard)
@UseInterceptors(InterceptorOfMessages, TrailInterceptor)
@UsePipes(TrailPipe)
@UseFilters(TrailFilter)
class TrailController {
  constructor(private readonly trail: Trail) {}

  @Get('value')
  async value(@Query('value') value: string): Promise<string> {
    await this.trail.note('handler');
    return value;
  }

  @Get('error')
  async error(@Query('value') value: string): Promise<never> {
    await this.trail.note('handler');
    throw new RangeError(value);
  }

  @Get('stream')
  stream(@Query('value') value: string): Observable<string> {
    return from([value]).pipe(
      concatMap(async (emitted) => {
        await this.trail.note('handler');
        return emitted;
      }),
    );
  }
}

@Module({ providers: [Probe, Trail], exports: [Trail] })
class TrailModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TrailMiddleware).forRoutes(TrailController);
  }
}

describe.each(platforms)('for a request over $platform,', ({ adapter }) => {
  let scoped: ScopedApplication;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    scoped = await startScopedApplication(['anna'], {
      imports: [TrailModule],
      controllers: [TrailController],
      providers: [{ provide: APP_INTERCEPTOR, useClass: EarlierInterceptor }],
    });
    app = scoped.module.createNestApplication(adapter());
    url = await listen(app);
  });
  afterAll(() => scoped?.close(app));
  beforeEach(() => {
    app.get(Trail).steps = [];
  });

  async function trailOf(path: string): Promise<string[]> {
    const headers = { 'x-user': scoped.users['anna'] ?? '' };
    await (await fetch(`${url}/${path}?value=1`, { headers })).text();
    return app.get(Trail).steps;
  }

  const before = [
    'middleware: USER_SCOPE_MISSING',
    'guard: USER_SCOPE_MISSING',
    'earlier interceptor, before: USER_SCOPE_MISSING',
    'later interceptor, before: anna',
    'pipe: anna',
    'handler: anna',
  ];

  it.each(['value', 'stream'])(
    'later interceptors, pipes and the handler are in the scope: %s',
    async (path) => {
      expect(await trailOf(path)).toEqual([
        ...before,
        'later interceptor, after: anna',
        'earlier interceptor, after: USER_SCOPE_MISSING',
      ]);
    },
  );

  it('exception filters are outside of the scope, as are error handlers of earlier interceptors', async () => {
    expect(await trailOf('error')).toEqual([
      ...before,
      'later interceptor, error: anna',
      'earlier interceptor, error: USER_SCOPE_MISSING',
      'filter: USER_SCOPE_MISSING',
    ]);
  });
});
