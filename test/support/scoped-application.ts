import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { ExecutionContext, INestApplication, ModuleMetadata } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import {
  AccountsRepository,
  DatabaseModule,
  JournalDatabaseError,
  JournalRepository,
  UserScope,
  UsersRepository,
  provideUserScope,
} from '../../src/index.js';
import type { UserIdOf } from '../../src/index.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';

export const platforms = [
  { platform: 'Express', adapter: () => new ExpressAdapter() },
  { platform: 'Fastify', adapter: () => new FastifyAdapter({ forceCloseConnections: true }) },
];

/** The user's id from a request header: the sign-in of the tests. */
export const userIdOfHttp = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders & { 'x-user'?: string } }>().headers[
    'x-user'
  ];

/** Reports the user in scope by the entries that row-level security lets through. */
@Injectable()
export class Probe {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * The names of the users whose entries are visible to a query without a user condition, or the
   * code of the error.
   */
  whose(): Promise<string> {
    return codeOr(this.names());
  }

  /**
   * The names of the users whose entries are visible.
   *
   * @throws UserScopeMissingError
   */
  async names(): Promise<string> {
    const rows = await this.dataSource.query<{ id: string }[]>('SELECT id FROM journal ORDER BY id');
    return rows.map(({ id }) => id).join();
  }
}

/** The resolved text, or the code of the error. */
export function codeOr(found: Promise<string>): Promise<string> {
  return found.catch((error: unknown) => {
    if (error instanceof JournalDatabaseError) return error.code;
    throw error;
  });
}

/**
 * A Nest application with controllers of the test, the interceptor, a test database and a pool of
 * two.
 */
export interface ScopedApplication {
  module: TestingModule;
  /** User ids by name. Each user has one entry, whose id is the user's name. */
  users: Record<string, string>;
  /** Closes `app`, or the testing module if it is omitted, and drops the database. */
  close(app?: { close(): Promise<unknown> }): Promise<void>;
}

export async function startScopedApplication(
  names: readonly string[],
  metadata: ModuleMetadata,
  userIdOf: UserIdOf = userIdOfHttp,
): Promise<ScopedApplication> {
  const database = await createTestDatabase();
  const pool = { min: 0, max: 2, idleTimeout: 30_000, connectionTimeout: 10_000 };
  const module = await Test.createTestingModule({
    ...metadata,
    imports: [
      DatabaseModule.forRootAsync({ useFactory: () => ({ ...database.settings, pool }) }),
      ...(metadata.imports ?? []),
    ],
    providers: [Probe, ...(metadata.providers ?? []), provideUserScope(userIdOf)],
  }).compile();
  module.useLogger(false);
  const users: Record<string, string> = {};
  for (const name of names) {
    const { id } = await module.get(UsersRepository).create({ email: `${name}@example.com` });
    users[name] = id;
    await module.get(UserScope).run(id, async () => {
      await module.get(AccountsRepository).create({ id: 'acct-1', name });
      const ts = new Date('2026-01-05');
      await module
        .get(JournalRepository)
        .append({ id: name, ts, accountId: 'acct-1', type: 'fee', amount: '-1' });
    });
  }
  return {
    module,
    users,
    close: async (app = module) => {
      await app.close();
      await database.drop();
    },
  };
}

/**
 * Starts listening.
 *
 * @returns the base URL
 */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
