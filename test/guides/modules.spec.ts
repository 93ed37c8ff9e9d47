import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import {
  DatabaseModule,
  JournalExportModule,
  JournalExportService,
  SchemaStatusService,
} from 'trading-journal-database';
import { figureSchemas, journalSchemas, schemaRef, tradeSchemas } from 'trading-journal-database/openapi';
import pg from 'pg';
import { rowTypeParsers } from 'trading-journal-database/schema';
import type { JournalRow } from 'trading-journal-database/schema';
import { createTestDatabase } from 'trading-journal-database/testing';
import type { TestDatabase } from 'trading-journal-database/testing';
import { DataSource, DefaultNamingStrategy, EventSubscriber } from 'typeorm';
import type { EntitySubscriberInterface } from 'typeorm';
import { SchemaHealth } from '../../docs/guides/schema-status/schema-health.js';
import { migrations } from '../../docs/guides/own-tables/migrations.js';
import { withEnvironment } from '../support/environment.js';
import { connectOwner } from '../support/owner.js';

@EventSubscriber()
class AuditSubscriber implements EntitySubscriberInterface {}

class SnakeNamingStrategy extends DefaultNamingStrategy {}

// Excerpts of the guides, which snippets.spec.ts compares, with expectations between them.
describe('the examples of the guides to the modules', () => {
  let database: TestDatabase;
  let restore: () => void;

  beforeAll(async () => {
    database = await createTestDatabase();
    restore = withEnvironment({
      ...{ DATABASE_URL: database.url, DATABASE_POOL_MIN: '0', DATABASE_QUERY_LOG: 'off' },
      ...{ DATABASE_RUN_MIGRATIONS: 'true', DATABASE_PRIVILEGE_CHECK: 'off' },
    });
  });
  afterAll(async () => {
    restore();
    await database.drop();
  });

  it('set options of the module', async () => {
    const { url } = database;
    const options = DatabaseModule.forRoot({
      url,
      pool: { max: 5 },
      migrations,
      subscribers: [AuditSubscriber],
      namingStrategy: new SnakeNamingStrategy(),
    });
    const app = await Test.createTestingModule({ imports: [options] }).compile();
    const dataSource = app.get(DataSource);
    expect(dataSource.subscribers.map(({ constructor }) => constructor)).toContain(AuditSubscriber);
    expect(dataSource.namingStrategy).toBeInstanceOf(SnakeNamingStrategy);
    await app.close();
  });

  it('set TLS, which requires an existing CA file', async () => {
    const { url } = database;
    const options = DatabaseModule.forRoot({
      url,
      pool: { max: 5 },
      tls: { mode: 'verify-full', ca: '/etc/ssl/journal-ca.pem' },
    });
    const starting = Test.createTestingModule({ imports: [options] }).compile();
    await expect(starting).rejects.toThrow('tls.ca');
  });

  it('provide the export', async () => {
    @Module({ imports: [DatabaseModule.forRoot(), JournalExportModule] })
    class AppModule {}

    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    expect(app.get(JournalExportService)).toBeInstanceOf(JournalExportService);
    await app.close();
  });

  it('report the schema in a health check', async () => {
    @Module({ imports: [DatabaseModule.forRoot(), TerminusModule], providers: [SchemaHealth] })
    class HealthModule {}

    const app = await NestFactory.createApplicationContext(HealthModule, { logger: false });
    const health = app.get(SchemaHealth);
    expect(await health.isHealthy('schema')).toEqual({ schema: { status: 'up' } });
    const owner = await connectOwner(database.settings);
    await owner.query('DROP INDEX idx_journal_live_account');
    await owner.destroy();
    const down = await new SchemaHealth(
      app.get(HealthIndicatorService),
      app.get(SchemaStatusService),
    ).isHealthy('schema');
    expect(down).toMatchObject({ schema: { status: 'down', pending: [], breaking: [] } });
    await app.close();
  });

  it('read rows with pg', async () => {
    const connectionString = database.url;
    const pool = new pg.Pool({ connectionString, types: rowTypeParsers });
    const { rows } = await pool.query<JournalRow>('SELECT * FROM journal');
    expect(rows).toEqual([]);
    await pool.end();
  });

  it('name the schemas of OpenAPI', () => {
    journalSchemas(); // { JournalEntry: { type: 'object', properties: … }, NumberedPage: …, … }
    expect(journalSchemas()).toMatchObject({ JournalEntry: { type: 'object' }, NumberedPage: {} });
    journalSchemas('openapi-3.1'); // the dialect of OpenAPI 3.1; the default is 3.0, as in @nestjs/swagger
    expect(journalSchemas('openapi-3.1')).not.toEqual(journalSchemas());
    figureSchemas(); // { ProfitRequest: { type: 'object', properties: … }, RealisedProfit: …, … }
    expect(figureSchemas()).toMatchObject({ ProfitRequest: { type: 'object' }, RealisedProfit: {} });
    tradeSchemas(); // { sellPut: { type: 'object', properties: … }, roll: …, … }
    expect(tradeSchemas()).toMatchObject({ sellPut: { type: 'object' }, roll: {} });
    schemaRef('NumberedPage'); // { $ref: '#/components/schemas/NumberedPage' }
    expect(schemaRef('NumberedPage')).toEqual({ $ref: '#/components/schemas/NumberedPage' });
  });
});
