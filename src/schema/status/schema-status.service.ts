import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { IsolatedDataSource } from '../../isolation/isolated.data-source.js';
import type { SchemaDifference } from '../drift/compare-schemas.js';
import { readMigrationStatus, type MigrationStatus } from './migration-status.js';

/**
 * Compares the database with the schema of this release, for health checks. Reads the catalog and
 * TypeORM's table of migrations, but no rows of users: needs no user scope.
 *
 * ```ts
 * const { pending, breaking } = await schema.status();
 * const drift = (await schema.drift()).map(({ message }) => message);
 * ```
 */
@Injectable()
export class SchemaStatusService {
  readonly #dataSource: IsolatedDataSource;

  constructor(@InjectDataSource() dataSource: DataSource) {
    if (!(dataSource instanceof IsolatedDataSource))
      throw new TypeError('SchemaStatusService needs the DataSource of DatabaseModule');
    this.#dataSource = dataSource;
  }

  /**
   * Returns the applied, pending, unknown and breaking migrations of the package and the
   * application.
   *
   * @throws MigrationsUnreadableError without the privilege to read the table of migrations
   */
  status(): Promise<MigrationStatus> {
    return this.#outsideScope(() => readMigrationStatus(this.#dataSource));
  }

  /**
   * Returns the differences between the package's tables, roles and functions and the result of its
   * migrations; empty if there are none.
   */
  drift(): Promise<SchemaDifference[]> {
    return this.#outsideScope(async () => {
      // Loaded on first use: the expected schema is large.
      const { readDrift } = await import('../drift/compare-schemas.js');
      return readDrift(this.#dataSource);
    });
  }

  // A sign-in scope may not read this, and a unit of work holds a connection.
  #outsideScope<T>(work: () => Promise<T>): Promise<T> {
    return this.#dataSource.scopes.leave(work);
  }
}
