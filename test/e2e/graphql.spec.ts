// @slow: starts the GraphQL application of the guide
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ConflictException, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import request from 'supertest';
import {
  AccountsRepository,
  JournalRepository,
  UserScope,
  UserScopeMissingError,
  UsersRepository,
} from 'trading-journal-database';
import { createTestDatabase } from 'trading-journal-database/testing';
import type { TestDatabase } from 'trading-journal-database/testing';
import { DataSource } from 'typeorm';
import { GraphqlAppModule } from '../../docs/guides/feature-module/graphql/app.module.js';
import { JournalErrorFilter } from '../../docs/guides/feature-module/journal-error.filter.js';
import { SessionTokens } from '../../docs/guides/feature-module/signed-in/session-tokens.js';
import { putSold } from '../support/database-journal.js';
import { withEnvironment } from '../support/environment.js';

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[];
}

/** A resolver of an application, whose statement fails. */
@Resolver()
class FailingResolver {
  constructor(private readonly dataSource: DataSource) {}

  @Query(() => String)
  failing(): Promise<string> {
    return this.dataSource.query('SELECT * FROM nowhere');
  }

  @Query(() => String)
  conflicting(): string {
    throw new ConflictException('It is there already.');
  }
}

@Module({ imports: [GraphqlAppModule], providers: [FailingResolver] })
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
    const { errors } = await ask('ann', '{ failing }');
    expect(errors).toMatchObject([
      { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);

    const conflict = await ask('ann', '{ conflicting }');
    expect(conflict.errors?.[0]?.message).toBe('It is there already.');
  });

  it('rejects a user who is not signed in', async () => {
    const { data, errors } = await ask('stranger', '{ entries { total } }');

    expect(data).toBeNull();
    expect(errors?.[0]?.message).toBe('Sign in first.');
  });
});
