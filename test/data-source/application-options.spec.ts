import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import {
  Column,
  DataSource,
  DefaultNamingStrategy,
  Entity,
  EventSubscriber,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import type {
  EntityMetadata,
  EntitySubscriberInterface,
  InsertEvent,
  NamingStrategyInterface,
} from 'typeorm';
import {
  Account,
  DatabaseModule,
  JournalDataSource,
  JournalRepository,
  User,
  UserScope,
  UsersRepository,
  dataSourceOptions,
} from '../../src/index.js';
import { entities } from '../../src/data-source/data-source-options.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { putSold } from '../support/database-journal.js';
import { asOwner } from '../support/owner.js';

/** Renames every table and column, including those with explicit names. */
class Renaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  readonly #prefix = 'x_';
  #named(name: string | undefined): string {
    return `${this.#prefix}${name}`.toLowerCase();
  }
  override tableName(target: string, name: string | undefined) {
    return this.#named(name ?? target);
  }
  override columnName(property: string, name: string, prefixes: string[]) {
    return this.#named(super.columnName(property, name, prefixes));
  }
  override joinColumnName(relation: string, column: string) {
    return this.#named(`${relation}_${column}`);
  }
  override primaryKeyName(...given: Parameters<DefaultNamingStrategy['primaryKeyName']>) {
    return this.#named(super.primaryKeyName(...given));
  }
  override foreignKeyName(...given: Parameters<DefaultNamingStrategy['foreignKeyName']>) {
    return this.#named(super.foreignKeyName(...given));
  }
  override indexName(...given: Parameters<DefaultNamingStrategy['indexName']>) {
    return this.#named(super.indexName(...given));
  }
  override uniqueConstraintName(...given: Parameters<DefaultNamingStrategy['uniqueConstraintName']>) {
    return this.#named(super.uniqueConstraintName(...given));
  }
  override checkConstraintName(...given: Parameters<DefaultNamingStrategy['checkConstraintName']>) {
    return this.#named(super.checkConstraintName(...given));
  }
}

class Quote {
  @Column({ type: 'numeric' })
  bid!: string;
}

/** An entity that names one column explicitly. */
@Entity()
class Alert {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'text', name: 'ticker' })
  symbol!: string;

  @Column(() => Quote)
  quote!: Quote;

  @ManyToOne(() => User)
  @JoinColumn()
  owner!: User;
}

const namesOf = (metadata: EntityMetadata) => ({
  table: metadata.tablePath,
  columns: metadata.columns.map(({ propertyPath, databasePath, primaryKeyConstraintName }) => [
    propertyPath,
    databasePath,
    primaryKeyConstraintName,
  ]),
  indices: metadata.indices.map(({ name }) => name),
  uniques: metadata.uniques.map(({ name }) => name),
  checks: metadata.checks.map(({ name }) => name),
  foreignKeys: metadata.foreignKeys.map(
    ({ name, columnNames, referencedTablePath, referencedColumnNames }) => [
      name,
      columnNames,
      referencedTablePath,
      referencedColumnNames,
    ],
  ),
});

describe('An application', () => {
  let database: TestDatabase;
  let app: INestApplicationContext | undefined;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await database.drop();
  });

  async function start(options: object): Promise<INestApplicationContext> {
    class App {}
    const imports = [DatabaseModule.forRootAsync({ ...options, useFactory: () => database.settings })];
    app = await NestFactory.createApplicationContext(
      { module: App, imports },
      { logger: false, abortOnError: false },
    );
    return app;
  }

  it('names its own entities by a strategy, and the entities of the package keep their names', async () => {
    const plain = await new JournalDataSource(dataSourceOptions(database.settings)).initialize();
    const started = await start({ entities: [Alert], namingStrategy: new Renaming() });
    const dataSource = started.get(DataSource);

    for (const entity of entities)
      expect(namesOf(dataSource.getMetadata(entity))).toEqual(namesOf(plain.getMetadata(entity)));
    await plain.destroy();
    const alert = dataSource.getMetadata(Alert);
    expect(alert.tablePath).toBe('x_alert');
    expect(
      Object.fromEntries(alert.columns.map((column) => [column.propertyPath, column.databaseName])),
    ).toEqual({
      id: 'x_id',
      symbol: 'ticker',
      'quote.bid': 'x_quotebid',
      'owner.id': 'x_owner_id',
    });
    expect(alert.foreignKeys).toMatchObject([
      { name: expect.stringMatching(/^x_/), referencedTablePath: 'users', referencedColumnNames: ['id'] },
    ]);
  });

  it('with a strategy uses the package’s tables without another migration', async () => {
    const started = await start({ namingStrategy: new Renaming() });
    const { id } = await started.get(UsersRepository).create({ email: 'anna@example.com' });
    const journal = started.get(JournalRepository);

    await started.get(UserScope).run(id, async () => {
      const accounts = started.get(DataSource).getRepository(Account);
      await accounts.insert({ userId: id, id: 'acct-1', name: 'First' });
      await journal.append(putSold());
      expect((await journal.page()).entries).toHaveLength(1);
      expect(await accounts.find({ relations: { user: true } })).toMatchObject([{ user: { id } }]);
    });
    await asOwner(
      database.settings,
      async ({ driver }) => expect((await driver.createSchemaBuilder().log()).upQueries).toEqual([]),
      { namingStrategy: new Renaming() },
    );
  });

  it('receives events in its subscribers for the writes of TypeORM', async () => {
    const inserted: string[] = [];
    @EventSubscriber()
    class Accounts implements EntitySubscriberInterface<Account> {
      listenTo() {
        return Account;
      }
      afterInsert({ entity }: InsertEvent<Account>) {
        inserted.push(entity.id);
      }
    }
    const started = await start({ subscribers: [Accounts, Accounts] });
    const { id } = await started.get(UsersRepository).create({ email: 'anna@example.com' });

    await started.get(UserScope).run(id, async () => {
      const accounts = started.get(DataSource).getRepository(Account);
      await accounts.save(accounts.create({ userId: id, id: 'acct-1', name: 'First' }));
    });
    expect(inserted).toEqual(['acct-1']);
  });
});
