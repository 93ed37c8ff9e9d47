import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readDatabaseSettings } from '../config/database.settings.js';
import { DatabaseModule } from '../database.module.js';
import { withDatabaseUrl } from '../embedded/development-database.js';
import { requireSchema } from '../schema/status/migration-status.js';
import { UserDeletionModule } from '../portability/deletion/user-deletion.module.js';
import { JournalExportModule } from '../portability/export/journal-export.module.js';
import { JournalImportModule } from '../browser/import/journal-import.module.js';

/**
 * Runs the work of a command in a Nest application with the database, import, export and deletion
 * modules. Without `DATABASE_URL`, outside production, starts and migrates an embedded PostgreSQL.
 *
 * @throws InvalidEnvironmentError, DatabaseConnectionError, UnsafePrivilegesError,
 * EmbeddedPostgresError, SchemaMissingError before the migrations have run, and what `work` throws
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
    } finally {
      await application.close();
    }
  });
}

// The embedded server has only its superuser, which the privilege check would refuse.
const onEmbedded = { runMigrations: true, privilegeCheck: 'off' } as const;

class CommandModule {}
