import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import {
  DatabaseModule,
  SchemaStatusService,
  UserScope,
  UsersRepository,
  migrations,
} from '../../../src/index.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { AddWatched20261201090000 } from '../../support/watched.js';
import { as, createLogin, dropLogin } from '../../support/isolation.js';
import { AddNickname20281001120000, migrateFurther } from '../../support/newer-release.js';
import { asOwner } from '../../support/owner.js';

const applied = migrations.map(({ name }) => name);

describe('SchemaStatusService, as a login role that owns nothing', () => {
  let database: TestDatabase;
  let login: string;
  let app: TestingModule;
  let schema: SchemaStatusService;

  beforeAll(async () => {
    database = await createTestDatabase();
    login = await createLogin();
    const settings = { ...database.settings, url: as(database.url, login) };
    app = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRootAsync({
          migrations: [AddWatched20261201090000],
          useFactory: () => settings,
        }),
      ],
    }).compile();
    app.useLogger(false);
    schema = app.get(SchemaStatusService);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
    await dropLogin(login);
  });

  it('reports applied, pending and unknown migrations, and drift', async () => {
    await migrateFurther(database.settings, [AddNickname20281001120000]);

    expect(await schema.status()).toEqual({
      applied,
      pending: ['AddWatched20261201090000'],
      unknown: ['AddNickname20281001120000'],
      breaking: [],
    });
    expect((await schema.drift()).map(({ message }) => message)).toEqual([
      'unexpected column users.nickname: nickname text',
    ]);
  });

  it('gives equal answers in every scope', async () => {
    const { id } = await app.get(UsersRepository).create({ email: 'anna@example.com' });
    const scope = app.get(UserScope);
    const asked = async () => [(await schema.status()).applied, (await schema.drift()).length];
    const answer = [applied, 1];

    expect(await scope.run(id, asked)).toEqual(answer);
    expect(await scope.withAllUsers(asked)).toEqual(answer);
    expect(await scope.run(id, () => scope.transaction(asked))).toEqual(answer);
  });

  it("does not report an application's tables as drift", async () => {
    const before = await schema.drift();
    await asOwner(database.settings, async (owner) => {
      await owner.query('CREATE TABLE watched (user_id uuid REFERENCES users (id), why text)');
      await owner.query('GRANT SELECT ON watched TO journal_user');
      await owner.query('CREATE VIEW seen WITH (security_invoker) AS SELECT why FROM watched');
    });

    expect(await schema.drift()).toEqual(before);
  });
});
