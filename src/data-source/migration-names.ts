import type { MigrationInterface } from 'typeorm';
import { nameOf } from '../migrations/lock/migration-order.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/** A migration class of the application. Its name ends in a 14-digit timestamp (UTC). */
export type MigrationClass = new () => MigrationInterface;

/**
 * A migration of the application has a timestamp of 13 digits, as TypeORM's CLI writes it by
 * default. The package's migrations have 14 digits. TypeORM compares the last 13 digits, so it
 * would run this migration after all migrations with 14 digits. Nothing was run.
 *
 * @remedy Rename the class, its `name` and the file to the names in the message.
 */
export class MigrationTimestampError extends JournalDatabaseError {
  readonly code = 'MIGRATION_TIMESTAMP';

  constructor(readonly migrations: readonly string[]) {
    const renamed = migrations.map((name) => `${name} to ${withFourteenDigits(name)}`).join(', ');
    super(
      'The names of migrations must end in 14 digits (YYYYMMDDHHMMSS, UTC), as those of the package do: TypeORM would run a migration ' +
        `with 13 digits after all others. Rename ${renamed} (the class, its \`name\` and the file). Generate migrations with ` +
        '`-t $(date -u +%Y%m%d%H%M%S)`. If a database has applied it, rename its row in the table migrations first.',
    );
  }
}

/** @throws MigrationTimestampError if a name ends in 13 digits */
export function refuseShortTimestamps(migrations: readonly MigrationClass[]): void {
  const short = migrations.map((migration) => nameOf(new migration())).filter(hasShortTimestamp);
  if (short.length > 0) throw new MigrationTimestampError(short);
}

export function hasShortTimestamp(name: string): boolean {
  return /(?<!\d)\d{13}$/.test(name);
}

function withFourteenDigits(name: string): string {
  const digits = new Date(Number(name.slice(-13))).toISOString().replace(/\D/g, '').slice(0, 14);
  return name.slice(0, -13) + digits;
}
