// @slow: compiles the package, and starts a process
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { entityRows } from '../../../src/driver/statements/entity-rows.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { compiledRepository } from '../../support/compiled.js';

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

@Entity()
class Initialised {
  @PrimaryColumn({ type: 'text' })
  id = 'none';
}

describe('The rows of an entity', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    const entities = [Transformed, Unknown, Initialised];
    dataSource = await new DataSource({ type: 'postgres', url: database.url, entities }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('cannot be read without a transformer or initial values, or with an unknown type', () => {
    expect(() => entityRows(dataSource, Transformed, true)).toThrow('Transformed.id has a transformer');
    expect(() => entityRows(dataSource, Unknown, true)).toThrow('Unknown.price has a type');
    expect(() => entityRows(dataSource, Initialised, true)).toThrow('Initialised has initial values');
  });

  it('are read where Node refuses to compile strings', async () => {
    const folder = await compiledRepository();
    const url = (path: string) => JSON.stringify(pathToFileURL(join(folder, 'src', path)).href);
    const script = `
      import { DataSource } from 'typeorm';
      import { Account } from ${url('model/account.entity.js')};
      import { User } from ${url('model/user.entity.js')};
      import { TextRow } from ${url('driver/contract/row.js')};
      import { entityRows } from ${url('driver/statements/entity-rows.js')};
      const dataSource = new DataSource({ type: 'postgres', entities: [Account, User] });
      await dataSource.buildMetadatas();
      const { properties, map } = entityRows(dataSource, Account, true);
      const fields = properties.map((property) => (property === 'name' ? 'Margin' : null));
      process.stdout.write(map(new TextRow(fields)).name);`;
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script];

    expect(await promisify(execFile)(process.execPath, flags)).toMatchObject({ stdout: 'Margin' });
  });
});
