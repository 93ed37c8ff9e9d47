import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { readDatabaseSettings } from '../config/database.settings.js';
import { DatabaseModule } from '../database.module.js';
import { withDatabaseUrl } from '../embedded/development-database.js';
import { UserDeletionModule } from '../portability/deletion/user-deletion.module.js';
import { JournalExportModule } from '../portability/export/journal-export.module.js';
import { JournalImportModule } from '../browser/import/journal-import.module.js';

/**
 * Runs the work of a command in a Nest application of the database, the importer, the exporter and
 * the deletion of users. Without `DATABASE_URL`, and outside production, an embedded PostgreSQL is
 * started for it and migrated.
 *
 * @throws InvalidEnvironmentError, DatabaseConnectionError, UnsafePrivilegesError,
 * EmbeddedPostgresError, and what the work throws
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
      return await work(application);
    } finally {
      await application.close();
    }
  });
}

// The one role of the embedded server is its superuser.
const onEmbedded = { runMigrations: true, privilegeCheck: 'off' } as const;

class CommandModule {}
