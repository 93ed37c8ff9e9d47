// @slow: starts the GraphQL application of the guide
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ConflictException, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Args, ID, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import request from 'supertest';
import {
  AccountsRepository,
  JournalEntry,
  JournalRepository,
  UserScope,
  UserScopeMissingError,
  UsersRepository,
} from 'trading-journal-database';
import { createTestDatabase } from 'trading-journal-database/testing';
import type { TestDatabase } from 'trading-journal-database/testing';
import { DataSource } from 'typeorm';
import { GraphqlAppModule } from '../../docs/guides/feature-module/graphql/app.module.js';
import { EntryPage } from '../../docs/guides/feature-module/graphql/entry.types.js';
import { JournalErrorFilter } from '../../docs/guides/feature-module/journal-error.filter.js';
import { SessionTokens } from '../../docs/guides/feature-module/signed-in/session-tokens.js';
import { putSold } from '../support/database-journal.js';
import { withEnvironment } from '../support/environment.js';

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[];
}

/** Resolvers of an application. */
@Resolver(() => EntryPage)
class TestedResolver {
  constructor(
    private readonly dataSource: DataSource,
    private readonly journal: JournalRepository,
  ) {}

  /** A field with an invalid request. */
  @ResolveField(() => Int)
  async count(@Args('page', { type: () => Int }) page: number): Promise<number> {
    const { items } = await this.journal.numberedPage({ page });
    return items.length;
  }

  @Query(() => String)
  failing(): Promise<string> {
    return this.dataSource.query('SELECT * FROM nowhere');
  }

  @Query(() => ID)
  async missing(): Promise<string> {
    const { id } = await this.dataSource.getRepository(JournalEntry).findOneByOrFail({ id: 'none' });
    return id;
  }

  @Query(() => String)
  conflicting(): string {
    throw new ConflictException('It is there already.');
  }
}

@Module({ imports: [GraphqlAppModule], providers: [TestedResolver] })
class TestedModule {}

describe('the GraphQL application of the guide', () => {
  let database: TestDatabase;
  let application: INestApplication<Server>;
  let restoreEnvironment: () => void;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await createTestDatabase();
    restoreEnvironment = withEnvironment({
      DATABASE_URL: database.url,
      DATABASE_QUERY_LOG: 'off',
      SESSION_SECRET: 'a secret of this test',
    });
    const options = { logger: false, abortOnError: false } as const;
    application = await NestFactory.create<INestApplication<Server>>(TestedModule, options);
    await application.init();
    for (const name of ['ann', 'bob']) {
      const { id } = await application.get(UsersRepository).create({ email: `${name}@example.com` });
      tokens[name] = application.get(SessionTokens, { strict: false }).issue(id);
      await application.get(UserScope).run(id, async () => {
        await application.get(AccountsRepository).create({ id: 'acct-1', name });
        await application.get(JournalRepository).append(putSold({ id: `put-of-${name}` }));
      });
    }
  });
  afterAll(async () => {
    await application?.close();
    restoreEnvironment();
    await database.drop();
  });

  async function ask(name: string, query: string): Promise<Answer> {
    const sent = request(application.getHttpServer()).post('/graphql').send({ query });
    const response = await sent.auth(tokens[name] ?? '', { type: 'bearer' });
    return response.body as Answer;
  }

  it.each(['ann', 'bob'])('reads in the scope of %s', async (name) => {
    expect(await ask(name, '{ entries { total pages items { id ts amount } } }')).toEqual({
      data: {
        entries: {
          total: 1,
          pages: 1,
          items: [{ id: `put-of-${name}`, ts: '2026-01-05T15:30:00.123Z', amount: '260.41309812' }],
        },
      },
    });
  });

  it('answers an error of the package with its code and details', async () => {
    const { data, errors } = await ask('ann', '{ entries(page: 0) { total } }');

    expect(data).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('page must be at least 1'),
        path: ['entries'],
        extensions: {
          code: 'INVALID_INPUT',
          statusCode: 400,
          problems: [expect.objectContaining({ reason: 'must be at least 1' })],
        },
      }),
    ]);
  });

  it('resolves a field in the scope of the user, and answers its errors like those of an operation', async () => {
    const { data } = await ask('ann', '{ entries { count(page: 1) } }');
    expect(data).toEqual({ entries: { count: 1 } });

    const { errors } = await ask('ann', '{ entries { count(page: 0) } }');
    expect(errors).toMatchObject([
      { path: ['entries', 'count'], extensions: { code: 'INVALID_INPUT', statusCode: 400 } },
    ]);
  });

  it('answers an entry of another user as one that does not exist', async () => {
    const { errors } = await ask('ann', 'mutation { removeEntry(id: "put-of-bob", reason: "x") { id } }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'ENTRY_NOT_FOUND', statusCode: 404 });
  });

  it('hides the details of a server error', () => {
    const host = new ExecutionContextHost([undefined, {}, {}, {}]);
    host.setType('graphql');
    const answered = new JournalErrorFilter().catch(new UserScopeMissingError(), host);

    expect(answered).toMatchObject({
      message: 'Internal server error',
      extensions: { code: 'INTERNAL_SERVER_ERROR', statusCode: 500 },
    });
  });

  it("hides only the messages of TypeORM's errors", async () => {
    for (const query of ['{ failing }', '{ missing }']) {
      const { errors } = await ask('ann', query);
      expect(errors).toMatchObject([
        { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
      ]);
    }

    const conflict = await ask('ann', '{ conflicting }');
    expect(conflict.errors?.[0]?.message).toBe('It is there already.');
  });

  it('rejects a user who is not signed in', async () => {
    const { data, errors } = await ask('stranger', '{ entries { total } }');

    expect(data).toBeNull();
    expect(errors?.[0]?.message).toBe('Sign in first.');
  });
});
