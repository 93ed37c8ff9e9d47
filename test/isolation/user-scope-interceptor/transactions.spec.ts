// @slow: starts an application
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Param, Sse } from '@nestjs/common';
import type { INestApplication, MessageEvent } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { concatMap, from, map, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import type { IsolatedDataSource } from '../../../src/isolation/isolated.data-source.js';
import { UserScope } from '../../../src/index.js';
import { listen, platforms, startScopedApplication } from '../../support/scoped-application.js';
import type { ScopedApplication } from '../../support/scoped-application.js';
import { until } from '../../support/until.js';
import { CodeFilter } from '../../support/whose-controller.js';

const ways = ['promise', 'observable', 'generator', 'events'] as const;

@Controller()
class AccountsController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly scope: UserScope,
  ) {}

  @Get('promise/:id/:end')
  promise(@Param('id') id: string, @Param('end') end: string): Promise<string> {
    return this.#create(id, end);
  }

  @Get('observable/:id/:end')
  observable(@Param('id') id: string, @Param('end') end: string): Observable<string> {
    return timer(1).pipe(concatMap(() => this.#create(id, end)));
  }

  @Get('generator/:id/:end')
  async *generator(@Param('id') id: string, @Param('end') end: string): AsyncGenerator<string> {
    const runner = await this.#begin(id);
    yield 'begun ';
    yield this.#finish(runner, end);
  }

  @Sse('events/:id/:end')
  events(@Param('id') id: string, @Param('end') end: string): Observable<MessageEvent> {
    return from(this.#create(id, end)).pipe(map((data) => ({ data })));
  }

  async #create(id: string, end: string): Promise<string> {
    return this.#finish(await this.#begin(id), end);
  }

  async #begin(id: string): Promise<QueryRunner> {
    const runner = this.dataSource.createQueryRunner();
    await runner.startTransaction();
    await setTimeout(5);
    const { userId } = this.scope;
    await runner.query('INSERT INTO accounts (user_id, id, name) VALUES ($1, $2, $2)', [userId, id]);
    return runner;
  }

  async #finish(runner: QueryRunner, end: string): Promise<string> {
    await setTimeout(5);
    if (end === 'commit') await runner.commitTransaction();
    return end;
  }
}

describe.each(platforms)('a handler over $platform that calls startTransaction()', ({ adapter }) => {
  let scoped: ScopedApplication;
  let app: INestApplication;
  let dataSource: IsolatedDataSource;
  let url: string;

  beforeAll(async () => {
    const providers = [{ provide: APP_FILTER, useClass: CodeFilter }];
    scoped = await startScopedApplication(['anna'], { controllers: [AccountsController], providers });
    app = scoped.module.createNestApplication(adapter());
    dataSource = app.get(DataSource);
    // The scope of the code that opens the server does not reach the requests.
    url = await app.get(UserScope).run(anna(), () => listen(app));
  });
  afterAll(() => scoped?.close(app));

  const anna = () => scoped.users['anna'] as string;
  const answer = async (path: string) =>
    (await fetch(`${url}/${path}`, { headers: { 'x-user': anna() } })).text();
  const accounts = async () => {
    const find = () => dataSource.query<{ id: string }[]>('SELECT id FROM accounts');
    const rows = await app.get(UserScope).run(anna(), find);
    return rows.map(({ id }) => id);
  };

  it.each(ways)('stores what it commits: %s', async (way) => {
    expect(await answer(`${way}/stored-${way}/commit`)).toContain('commit');
    expect(await accounts()).toContain(`stored-${way}`);
  });

  // The pool has two connections, so three forgotten transactions would exhaust it.
  it.each(ways)('is rolled back at the end of the request if it forgets its transaction: %s', async (way) => {
    for (const attempt of [1, 2, 3])
      expect(await answer(`${way}/lost-${way}-${attempt}/forget`)).toContain('forget');

    const { journal } = dataSource;
    await until(() => journal.connectionCounts.idle === journal.connectionCounts.total);
    expect((await accounts()).filter((id) => id.startsWith(`lost-${way}`))).toEqual([]);
  });
});
