// `trading-journal-database/schema`: row types and type parsers for programs that read the schema
// without TypeORM. Loads only pg.
export type {
  AccountRow,
  AccountRowUpdate,
  JournalRow,
  JournalRowUpdate,
  LegacyCostBasisRow,
  LegacyWeeklyPremiumRow,
  NewAccountRow,
  NewJournalRow,
  NewUserRow,
  SchemaTables,
  UserRow,
  UserRowUpdate,
} from './rows.js';
export type { KyselyTables } from './kysely-tables.js';
export { rowTypeParsers, type RowTypeParsers } from '../driver/contract/row-type-parsers.js';
export type { DecimalString } from '../model/decimal.js';
export type { EntryType } from '../model/entry-type.js';
export type { SubscriptionTier } from '../model/subscription-tier.js';
