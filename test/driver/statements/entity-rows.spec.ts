import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { entityRows } from '../../../src/driver/statements/entity-rows.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';

@Entity()
class Transformed {
  @PrimaryColumn({ type: 'text', transformer: { to: String, from: String } })
  id!: string;
}

@Entity()
class Unknown {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'money' })
  price!: string;
}

describe('The rows of an entity', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    const entities = [Transformed, Unknown];
    dataSource = await new DataSource({ type: 'postgres', url: database.url, entities }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('cannot be read without a transformer, or with an unknown type', () => {
    expect(() => entityRows(dataSource, Transformed, true)).toThrow('Transformed.id has a transformer');
    expect(() => entityRows(dataSource, Unknown, true)).toThrow('Unknown.price has a type');
  });
});
