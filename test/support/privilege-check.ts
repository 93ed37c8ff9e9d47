import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { DatabaseModule, UnsafePrivilegesError } from '../../src/index.js';
import type { ApplicationSchema, DatabaseSettings, PrivilegeFinding } from '../../src/index.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { as, createLogin, dropLogin } from './isolation.js';

/** A migrated database, and login roles for applications. */
export class Deployment {
  readonly #roles: string[] = [];
  #database: TestDatabase | undefined;

  async open(options: { empty?: boolean } = {}): Promise<void> {
    this.#database = await createTestDatabase(options);
  }

  get database(): TestDatabase {
    if (this.#database === undefined) throw new Error('open the deployment first');
    return this.#database;
  }

  /**
   * Creates a role for this test; by default a member of the package's roles without other
   * privileges.
   */
  async role(attributes?: string): Promise<string> {
    const role = await createLogin(attributes);
    this.#roles.push(role);
    return role;
  }

  /** Runs SQL as an administrator. */
  administrator(sql: string): Promise<{ rows: Record<string, unknown>[] }> {
    return onServer(this.database.url, (client) => client.query(sql));
  }

  /** Starts an application that logs in as `role`, by default with production settings. */
  start(
    role: string,
    settings: Partial<DatabaseSettings> = {},
    application: ApplicationSchema = {},
  ): Promise<TestingModule> {
    return startOn({ ...this.#production(role), ...settings }, application);
  }

  /** The findings that prevent an application from starting in production. */
  findings(role: string, application?: ApplicationSchema): Promise<readonly PrivilegeFinding[]> {
    return findingsOf(this.#production(role), application);
  }

  #production(role: string): DatabaseSettings {
    return { ...this.database.settings, url: as(this.database.url, role), privilegeCheck: 'error' };
  }

  async close(): Promise<void> {
    await this.#database?.drop();
    for (const role of this.#roles.splice(0).reverse()) await dropLogin(role);
  }
}

/** The findings that prevent an application with these settings from starting. */
export async function findingsOf(
  settings: DatabaseSettings,
  application?: ApplicationSchema,
): Promise<readonly PrivilegeFinding[]> {
  try {
    await (await startOn(settings, application)).close();
    return [];
  } catch (error) {
    if (error instanceof UnsafePrivilegesError) return error.findings;
    throw error;
  }
}

/** The SQL remedies of all findings, in their order. */
export function remediesOf(findings: readonly PrivilegeFinding[]): string {
  return findings.map(({ remedy }) => remedy).join(' ');
}

function startOn(settings: DatabaseSettings, application: ApplicationSchema = {}): Promise<TestingModule> {
  const database = DatabaseModule.forRootAsync({ ...application, useFactory: () => settings });
  return Test.createTestingModule({ imports: [database] }).compile();
}
