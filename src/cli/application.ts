import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readDatabaseSettings } from '../config/database.settings.js';
import { DatabaseModule } from '../database.module.js';
import { withDatabaseUrl } from '../embedded/development-database.js';
import { isMissingObject } from '../driver/failures/failures.js';
import { readMigrationStatus, requireSchema } from '../schema/status/migration-status.js';
import { MigrationsPendingError } from '../schema/status/schema.errors.js';
import { UserDeletionModule } from '../portability/deletion/user-deletion.module.js';
import { JournalExportModule } from '../portability/export/journal-export.module.js';
import { JournalImportModule } from '../browser/import/journal-import.module.js';

/**
 * Runs the work of a command in a Nest application with the database, import, export and deletion
 * modules. Without `DATABASE_URL`, outside production, starts and migrates an embedded PostgreSQL.
 *
 * @throws InvalidEnvironmentError, DatabaseConnectionError, UnsafePrivilegesError,
 * EmbeddedPostgresError, SchemaMissingError before the migrations have run, MigrationsPendingError
 * if `work` needs a column or a table of a pending migration, and what `work` throws
 */
export async function withApplication<T>(
  environment: NodeJS.ProcessEnv,
  work: (application: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const isConfigured = Boolean(environment['DATABASE_URL']);
  return withDatabaseUrl(environment, async () => {
    const settings = readDatabaseSettings(environment);
    const database = DatabaseModule.forRootAsync({
      useFactory: () => (isConfigured ? settings : { ...settings, ...onEmbedded }),
    });
    const root = {
      module: CommandModule,
      imports: [database, JournalImportModule, JournalExportModule, UserDeletionModule],
    };
    const application = await NestFactory.createApplicationContext(root, {
      logger: false,
      abortOnError: false,
    });
    try {
      await requireSchema(application.get(DataSource));
      return await work(application);
    } catch (error) {
      throw isMissingObject(error) ? await missingObjectFailure(application, error) : error;
    } finally {
      await application.close();
    }
  });
}

/** Commands print no warnings, so the user has not read that migrations are pending. */
async function missingObjectFailure(application: INestApplicationContext, error: unknown): Promise<unknown> {
  const status = readMigrationStatus(application.get(DataSource));
  const pending = await status.then(({ pending }) => pending).catch(() => []);
  return pending.length > 0 ? new MigrationsPendingError(pending) : error;
}

// The embedded server has only its superuser, which the privilege check would refuse.
const onEmbedded = { runMigrations: true, privilegeCheck: 'off' } as const;

class CommandModule {}
