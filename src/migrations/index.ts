import type { MigrationInterface } from 'typeorm';
import { InitialSchema20261122120000 } from './20261122120000_initial_schema.js';
import { RowLevelSecurity20261123080000 } from './20261123080000_row_level_security.js';
import { JournalHistory20261125100000 } from './20261125100000_journal_history.js';
import { SchemaComments20261125110000 } from './20261125110000_schema_comments.js';
import { ReadableMigrations20261125111000 } from './20261125111000_readable_migrations.js';
import { ReadModels20261125120000 } from './20261125120000_read_models.js';
import { CoveringIndexes20261125160000 } from './20261125160000_covering_indexes.js';
import { AverageCostStepGrant20261125200000 } from './20261125200000_average_cost_step_grant.js';
import { GeneratedUserIds20261128003000 } from './20261128003000_generated_user_ids.js';
import { EntryDayAndOrder20261128060000 } from './20261128060000_entry_day_and_order.js';
import { FigureColumns20261128170000 } from './20261128170000_figure_columns.js';
import { TargetAccountIndex20261128170100 } from './20261128170100_target_account_index.js';
import { ClosedAccounts20261128171500 } from './20261128171500_closed_accounts.js';
import { MetaIndexes20261128180000 } from './20261128180000_meta_indexes.js';
import { PlainComments20261129172951 } from './20261129172951_plain_comments.js';

/** The migrations of this package, oldest first. `tools/new-migration.ts` rewrites this file. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  InitialSchema20261122120000,
  RowLevelSecurity20261123080000,
  JournalHistory20261125100000,
  SchemaComments20261125110000,
  ReadableMigrations20261125111000,
  ReadModels20261125120000,
  CoveringIndexes20261125160000,
  AverageCostStepGrant20261125200000,
  GeneratedUserIds20261128003000,
  EntryDayAndOrder20261128060000,
  FigureColumns20261128170000,
  TargetAccountIndex20261128170100,
  ClosedAccounts20261128171500,
  MetaIndexes20261128180000,
  PlainComments20261129172951,
];
