export { databaseConfig } from './config/database.config.js';
export { environmentVariables, readDatabaseSettings } from './config/database.settings.js';
export type {
  DatabaseSettings,
  Environment,
  PrivilegeCheck,
  QueryLogLevel,
} from './config/database.settings.js';
export type { TlsMode } from './config/connection-url.js';
export { InvalidEnvironmentError } from './config/invalid-environment.error.js';
export type { EnvironmentProblem } from './config/invalid-environment.error.js';

export { DatabaseModule } from './database/database.module.js';
export type { DatabaseModuleAsyncOptions, DatabaseModuleOptions } from './database/database.module.js';
export { dataSourceOptions, migrationOptions } from './database/data-source-options.js';
export type {
  ApplicationSchema,
  EntityClass,
  JournalDataSourceOptions,
  MigrationClass,
} from './database/data-source-options.js';
export { JournalDataSource } from './database/journal.data-source.js';
export { migrations } from './database/migrations/index.js';
export { runMigrations } from './database/run-migrations.js';
export {
  createIndexConcurrently,
  dropIndexConcurrently,
} from './database/migration-steps/concurrent-index.js';
export type { ConcurrentIndex } from './database/migration-steps/concurrent-index.js';
export { UserScope } from './database/isolation/user-scope.js';
export type { UnitOfWorkOptions } from './database/isolation/run-unit.js';
export type { Isolation } from './database/driver/contract.js';
export { provideUserScope, UserScopeInterceptor } from './database/isolation/user-scope.interceptor.js';
export type { UserIdOf } from './database/isolation/user-scope.interceptor.js';
export { keepUserScope } from './database/isolation/keep-user-scope.js';
export * from './database/errors/index.js';

export { Account } from './database/entities/account.entity.js';
export { JournalEntry } from './database/entities/journal-entry.entity.js';
export { User } from './database/entities/user.entity.js';
export { entryTypes } from './database/entities/entry-type.js';
export type { EntryType } from './database/entities/entry-type.js';
export { subscriptionTiers } from './database/entities/subscription-tier.js';
export type { SubscriptionTier } from './database/entities/subscription-tier.js';
export { isDecimalString } from './database/entities/decimal.js';
export type { DecimalString } from './database/entities/decimal.js';

export { UsersRepository } from './database/repositories/users.repository.js';
export type { NewUser } from './database/repositories/users.repository.js';
export { AccountsRepository } from './database/repositories/accounts.repository.js';
export type { NewAccount } from './database/repositories/accounts.repository.js';
export { JournalRepository } from './database/repositories/journal.repository.js';
export type { JournalPage, PageRequest } from './database/repositories/journal-page.js';
export type { Amendment, EntryChanges, Removal, Restoration } from './database/repositories/entry-edit.js';
export type { LoadedEntry, LoadOptions, LoadOutcome } from './database/repositories/load-entries.js';
export { entryOrders } from './database/repositories/read-entries.js';
export type { EntryOrder } from './database/repositories/read-entries.js';
export type { StreamRequest } from './database/repositories/stream-entries.js';
export type { EntryRecord, NewEntry } from './database/repositories/new-entry.js';
export type { InsertOutcome } from './database/repositories/insert-entries.js';
export { entryStatuses } from './database/repositories/journal-filter.js';
export type { EntryStatus, JournalFilter } from './database/repositories/journal-filter.js';
export type { ControlSum, JournalTotals, WeeklyPremium } from './database/repositories/journal-sums.js';

export {
  OptionPositionsReadModel,
  positionStatuses,
} from './database/read-models/option-positions.read-model.js';
export type {
  OptionLeg,
  OptionPosition,
  PositionsRequest,
  PositionStatus,
} from './database/read-models/option-positions.read-model.js';
export { ShareLotsReadModel } from './database/read-models/share-lots.read-model.js';
export type { LotsRequest, ShareLot } from './database/read-models/share-lots.read-model.js';
export { costMethods } from './database/read-models/share-trade-sql.js';
export type { CostMethod } from './database/read-models/share-trade-sql.js';
export { CashReadModel } from './database/read-models/cash.read-model.js';
export type { CashBalance, CashRequest, PeriodCash } from './database/read-models/cash.read-model.js';
export { ProfitReadModel } from './database/read-models/profit.read-model.js';
export type { ProfitRequest, RealisedProfit } from './database/read-models/profit.read-model.js';
export { LegacyReadModel } from './browser/figures/legacy.read-model.js';
export type { LegacyLot, LegacyPosition } from './browser/figures/legacy.read-model.js';
export { LegacyWeeklyPremium } from './browser/figures/legacy-weekly-premium.entity.js';
export { LegacyCostBasis } from './browser/figures/legacy-cost-basis.entity.js';
export { figurePeriods } from './database/read-models/figure-request.js';
export type {
  DatedRequest,
  FigurePeriod,
  FigureRequest,
  PeriodicRequest,
} from './database/read-models/figure-request.js';

export * from './templates/index.js';

export { SchemaStatusService } from './schema/status/schema-status.service.js';
export type { MigrationStatus } from './schema/status/migration-status.js';
export type { SchemaDifference } from './schema/drift/compare-schemas.js';

export { JournalImportModule } from './browser/import/journal-import.module.js';
export { JournalImportService } from './browser/import/journal-import.service.js';
export type { ImportProgress, JournalImport } from './browser/import/journal-import.service.js';
export type { ReadingLimits } from './browser/import/reader/limits.js';
export {
  /** @deprecated Use `JournalImportModule`. */
  JournalImportModule as LegacyImportModule,
} from './browser/import/journal-import.module.js';
export {
  /** @deprecated Use `JournalImportService`. */
  JournalImportService as LegacyImportService,
} from './browser/import/journal-import.service.js';
export type {
  /** @deprecated Use `JournalImport`. */
  JournalImport as LegacyImport,
} from './browser/import/journal-import.service.js';
export {
  ImportBusyError,
  ImportFailedError,
  ImportInterruptedError,
  ImportRejectedError,
  TimeZoneError,
  VerificationError,
} from './browser/import/import-errors.js';
export type {
  ChangedValue,
  ChangeKind,
  CreatedAccount,
  ImportReport,
  RejectedRow,
  Verification,
  VerifiedSum,
} from './browser/import/import-report.js';
export { LocalStorageError } from './browser/import/local-storage/local-storage.error.js';
export type {
  ExpirationOutcome,
  LocalStorageReport,
  PurchaseOutcome,
} from './browser/import/local-storage/local-storage-report.js';
export type { UnreadableItem, UntakenKey } from './browser/import/local-storage/local-storage.js';
export { LegacyFileError } from './browser/import/read/legacy-file.error.js';
export type { LegacyFormat, UnreadTable } from './browser/import/read/legacy-source.js';

export { JournalExportModule } from './export/journal-export.module.js';
export { exportFormats, JournalExportService } from './export/journal-export.service.js';
export type {
  ExportFormat,
  ExportProgress,
  ExportReport,
  JournalExport,
  JournalFileExport,
} from './export/journal-export.service.js';
export { ExportFailedError, ExportFileError, ExportInterruptedError } from './export/export-errors.js';

export { UserDeletionModule } from './deletion/user-deletion.module.js';
export { UserDeletionService } from './deletion/user-deletion.service.js';
export { completeFormats } from './deletion/user-deletion.js';
export type {
  CompleteFormat,
  DeletionReport,
  ExportBefore,
  UserDeletion,
  UserHoldings,
} from './deletion/user-deletion.js';
export {
  DeletionFailedError,
  DeletionInterruptedError,
  DeletionUnverifiedError,
  UserDataLeftError,
} from './deletion/deletion-errors.js';
export type { Consequence, UserTable } from './deletion/user-tables.js';
