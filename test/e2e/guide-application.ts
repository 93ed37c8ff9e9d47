import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import request from 'supertest';
import type { Test } from 'supertest';
import { AccountsRepository, UserScope, UsersRepository } from 'trading-journal-database';
import { createTestDatabase } from 'trading-journal-database/testing';
import type { DataSource } from 'typeorm';
import { AppModule } from '../../docs/guides/feature-module/app.module.js';
import { UploadFolder } from '../../docs/guides/feature-module/imports/upload-folder.js';
import { SessionTokens } from '../../docs/guides/feature-module/signed-in/session-tokens.js';
import { withEnvironment } from '../support/environment.js';
import { connectOwner } from '../support/owner.js';

/** A trade as a client of the guide's application sends it. */
export const trade = {
  id: 'trade-1',
  accountId: 'acct-1',
  ts: '2026-03-02T15:30:00.000Z',
  symbol: 'AAPL',
  contracts: '4',
  strike: '180',
  expiration: '2026-03-20',
  price: '2.6',
  fee: '2.6',
};

/** The guide's application, served over HTTP on a separate database. */
export interface GuideApplication {
  /** The URL of the application. */
  url: string;
  /** The started application, to get its services. */
  nest: INestApplication;
  /** The folder of the uploads that are being imported. */
  uploads: string;
  /** A connection as the owner of the tables, to whom no policy applies. */
  owner: DataSource;
  /**
   * Creates a user with the account `acct-1` and further ones.
   * @returns the token of the signed-in user
   */
  signUp(email: string, ...accountIds: string[]): Promise<string>;
  get(path: string, token: string): Test;
  post(token: string, body: object | string): Test;
  send(method: 'post' | 'put' | 'patch' | 'delete', path: string, token: string, body?: object): Test;
  close(): Promise<void>;
}

/** Starts the application as its `main.ts` does: everything comes from the environment. */
export async function startGuideApplication(): Promise<GuideApplication> {
  const database = await createTestDatabase();
  const restoreEnvironment = withEnvironment({
    DATABASE_URL: database.url,
    DATABASE_POOL_MIN: '0',
    DATABASE_POOL_MAX: '5',
    DATABASE_QUERY_LOG: 'off',
    DATABASE_RUN_MIGRATIONS: 'true',
    SESSION_SECRET: 'a secret of this test',
  });
  const options = { logger: false, abortOnError: false } as const;
  const application = await NestFactory.create<INestApplication<Server>>(AppModule, options);
  await application.listen(0, '127.0.0.1');
  const owner = await connectOwner(database.settings);
  const server = application.getHttpServer();
  return {
    url: await application.getUrl(),
    nest: application,
    uploads: application.get(UploadFolder, { strict: false }).path,
    owner,
    signUp: async (email, ...accountIds) => {
      const { id } = await application.get(UsersRepository).create({ email });
      for (const accountId of ['acct-1', ...accountIds]) {
        const create = () => application.get(AccountsRepository).create({ id: accountId, name: email });
        await application.get(UserScope).run(id, create);
      }
      return application.get(SessionTokens).issue(id);
    },
    get: (path, token) => request(server).get(path).auth(token, { type: 'bearer' }),
    post: (token, body) => request(server).post('/trades').auth(token, { type: 'bearer' }).send(body),
    send: (method, path, token, body) =>
      request(server)[method](path).auth(token, { type: 'bearer' }).send(body),
    close: async () => {
      await application.close();
      await owner.destroy();
      restoreEnvironment();
      await database.drop();
    },
  };
}

/** The body of a response. Fails if the response has another status. */
export async function answer(status: number, sent: Test): Promise<unknown> {
  return (await sent.expect(status)).body;
}
