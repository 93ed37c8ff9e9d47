import type { MigrationInterface } from 'typeorm';

/** The name of a migration, as TypeORM records it. */
export function nameOf(migration: MigrationInterface): string {
  return migration.name ?? migration.constructor.name;
}

/** The 14 digits that order migrations. */
export function timestampOf(name: string): string {
  return name.slice(-14);
}

/** The migrations, oldest first. */
export function inOrder(migrations: readonly MigrationInterface[]): MigrationInterface[] {
  return migrations.toSorted((one, other) =>
    timestampOf(nameOf(one)).localeCompare(timestampOf(nameOf(other))),
  );
}
