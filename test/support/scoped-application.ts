import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout } from 'node:timers/promises';
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

/** What a test's sign-in leaves in the request: the user's id in a header. */
export const userIdOfHttp = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders & { 'x-user'?: string } }>().headers[
    'x-user'
  ];

/** Tells in whose scope it is asked, by what PostgreSQL lets through. */
@Injectable()
export class Probe {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * The names of the users whose entries can be read, by a statement that names nobody; or else why
   * none can.
   */
  whose(): Promise<string> {
    return codeOr(this.names());
  }

  /** The same. @throws UserScopeMissingError */
  async names(): Promise<string> {
    const rows = await this.dataSource.query<{ id: string }[]>('SELECT id FROM journal ORDER BY id');
    return rows.map(({ id }) => id).join();
  }
}

/** What was found, or else the code of the error. */
export function codeOr(found: Promise<string>): Promise<string> {
  return found.catch((error: unknown) => {
    if (error instanceof JournalDatabaseError) return error.code;
    throw error;
  });
}

/**
 * A Nest application of the test's own controllers, with the interceptor, on a database of its own
 * with a pool of two.
 */
export interface ScopedApplication {
  module: TestingModule;
  /** The ids of the users by name. Each has one entry, of which the id is the user's name. */
  users: Record<string, string>;
  /** Closes what was made of the module, or else the module itself, and drops the database. */
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

/** The address at which the application listens from now on. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

/** Waits until it is so. @throws Error if it never is */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${isSo.toString()}`);
    await setTimeout(5);
  }
}
