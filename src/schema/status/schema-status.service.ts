import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { IsolatedDataSource } from '../../isolation/isolated.data-source.js';
import { userRole } from '../../driver/roles.js';
import type { SchemaDifference } from '../drift/compare-schemas.js';
import { readMigrationStatus } from './migration-status.js';
import type { MigrationStatus } from './migration-status.js';

/**
 * Whether the database has the schema that this release was made for: for health checks, and for
 * whoever operates it. It reads the catalog and TypeORM's record of migrations, and nothing of any
 * user, so that it needs no scope.
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
   * Which migrations, of this package and of the application, were applied.
   * @throws MigrationsUnreadableError
   */
  status(): Promise<MigrationStatus> {
    return this.#asNobody(() => readMigrationStatus(this.#dataSource));
  }

  /**
   * In what the tables of this package differ from what its migrations make; nothing, if all is
   * well.
   */
  drift(): Promise<SchemaDifference[]> {
    return this.#asNobody(async () => {
      // The expected schema is large, and few applications ask.
      const { readDrift } = await import('../drift/read-drift.js');
      return readDrift(this.#dataSource);
    });
  }

  // A request's own scope may be that of sign-in, which reads nothing of this, or hold a connection
  // in a unit of work.
  #asNobody<T>(work: () => Promise<T>): Promise<T> {
    return this.#dataSource.scopes.run({ role: userRole, userId: '' }, work);
  }
}
