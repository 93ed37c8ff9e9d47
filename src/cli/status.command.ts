import { readDatabaseSettings } from '../config/database.settings.js';
import { migrationOptions } from '../data-source/data-source-options.js';
import { JournalDataSource } from '../data-source/journal.data-source.js';
import { withDatabaseUrl } from '../embedded/development-database.js';
import { readDrift, type SchemaDifference } from '../schema/drift/compare-schemas.js';
import { readMigrationStatus, type MigrationStatus } from '../schema/status/migration-status.js';
import { print } from './printing.js';

/** The options of `journal-db status`, as commander names them. */
export interface StatusCommandOptions {
  drift?: boolean;
  json?: boolean;
}

/**
 * Compares the schema of the database with this release, as the login of the migrations, and prints
 * the result.
 *
 * @returns whether the schema fits this release
 */
export async function schemaStatus(
  environment: NodeJS.ProcessEnv,
  { drift: wantsDrift = false, json = false }: StatusCommandOptions,
): Promise<boolean> {
  const { migrations, drift } = await withDatabaseUrl(environment, () => readStatus(environment, wantsDrift));
  const isFit = migrations.pending.length + migrations.breaking.length + (drift?.length ?? 0) === 0;
  if (json) print(JSON.stringify({ isFit, migrations, ...(drift && { drift }) }, null, 2));
  else print([migrationsText(migrations), ...(drift ? [driftText(drift, migrations)] : [])].join('\n\n'));
  return isFit;
}

async function readStatus(environment: NodeJS.ProcessEnv, wantsDrift: boolean) {
  const options = migrationOptions(readDatabaseSettings(environment));
  const dataSource = await new JournalDataSource(options).initialize();
  try {
    const migrations = await readMigrationStatus(dataSource);
    return { migrations, drift: wantsDrift ? await readDrift(dataSource) : undefined };
  } finally {
    await dataSource.destroy();
  }
}

function migrationsText({ applied, pending, unknown, breaking }: MigrationStatus): string {
  return [
    ...section('Applied', applied),
    ...section('Pending', pending),
    ...section('Unknown to this release (newer release or application)', unknown),
    ...(breaking.length > 0
      ? [`Older releases, such as this one, must not start after these migrations: ${breaking.join(', ')}.`]
      : []),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function driftText(drift: readonly SchemaDifference[], { pending, unknown }: MigrationStatus): string {
  if (drift.length === 0) return 'No drift: the schema is what the migrations of this release make.';
  const reason =
    pending.length + unknown.length > 0
      ? ' (some may come from migrations that are pending, or unknown to this release)'
      : '';
  return section(`Drift, ${drift.length} ${drift.length === 1 ? 'difference' : 'differences'}${reason}`, [
    ...drift.map(({ message }) => message),
  ]).join('\n');
}
