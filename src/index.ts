export { databaseConfig } from './config/database.config.js';
export { environmentVariables, readDatabaseSettings } from './config/database.settings.js';
export type {
  DatabaseOptions,
  DatabaseSettings,
  Environment,
  PrivilegeCheck,
  QueryLogLevel,
  SchemaCheck,
} from './config/database.settings.js';
export type { TlsMode } from './config/connection-url.js';
export { InvalidEnvironmentError, type EnvironmentProblem } from './config/invalid-environment.error.js';
export { InvalidOptionsError, type OptionProblem } from './config/invalid-options.error.js';

export { DatabaseModule, DuplicateDatabaseModuleError } from './database.module.js';
export type {
  DatabaseModuleAsyncOptions,
  DatabaseModuleOptions,
  DatabaseOptionsFactory,
} from './database.module.js';
export { dataSourceOptions, migrationOptions } from './data-source/data-source-options.js';
export type { ApplicationSchema, EntityClass, SubscriberClass } from './data-source/data-source-options.js';
export type { JournalDataSourceOptions } from './isolation/isolated.data-source.js';
export { JournalDataSource, runMigrations } from './data-source/journal.data-source.js';
export type { MigrationRunOptions } from './migrations/lock/migrate.js';
export { migrations } from './migrations/index.js';
export { loadEnvFile } from './config/env-file.js';
export { MigrationTimestampError } from './data-source/migration-names.js';
export type { MigrationClass } from './data-source/migration-names.js';
export { grantOwnRows, revokeOwnRows, UserColumnMissingError } from './migrations/steps/own-rows.js';
export type { OwnRows } from './migrations/steps/own-rows.js';
export {
  createIndexConcurrently,
  dropIndexConcurrently,
  ConcurrentlyInTransactionError,
  IndexConflictError,
} from './migrations/steps/concurrent-index.js';
export type { ConcurrentIndex } from './migrations/steps/concurrent-index.js';
export { UserScope } from './isolation/user-scope.js';
export type { UnitOfWorkOptions } from './isolation/run-unit.js';
export type { Isolation } from './driver/contract/contract.js';
export { provideUserScope, UserScopeInterceptor, type UserIdOf } from './isolation/user-scope.interceptor.js';
export { keepUserScope } from './isolation/keep-user-scope.js';
export { httpStatusOf, JournalDatabaseError } from './model/journal-database.error.js';
export { httpStatuses, type ErrorCode } from './model/error-codes.js';
export { InvalidInputError, type InputProblem } from './model/input-check.js';
export { InvalidUserIdError } from './model/user-id.js';
export * from './driver/failures/connection.errors.js';
export * from './driver/failures/transaction.errors.js';
export { MigrationThroughPoolerError } from './driver/migration-connections.js';
export * from './isolation/scope.errors.js';
export { SoftDeleteRefusedError } from './isolation/refuse-soft-delete.js';
export { RolesMissingError } from './isolation/ensure-roles.js';
export * from './isolation/privilege-check/privilege.errors.js';
export * from './users/user.errors.js';
export * from './accounts/account.errors.js';
export * from './journal/entry.errors.js';
export { InvalidCursorError } from './journal/journal-cursor.js';
export { StreamAbandonedError, type StreamRequest } from './journal/stream-entries.js';
export type { SeveralSuccessors } from './migrations/20261125100000_journal_history.js';
export { SeveralSuccessorsError } from './migrations/20261125100000_journal_history.js';
export { MigrationLockTimeoutError, MigrationBlockedError } from './migrations/lock/lock-waits.js';
export { TablesTakenError } from './migrations/lock/taken-tables.js';
export { MigrationsUnreadableError } from './migrations/lock/unreadable-migrations.js';
export type { SessionDescription } from './migrations/lock/lock-waits.js';
export * from './schema/status/schema.errors.js';

export { Account } from './model/account.entity.js';
export { JournalEntry } from './model/journal-entry.entity.js';
export { User } from './model/user.entity.js';
export { entryTypes, type EntryType } from './model/entry-type.js';
export { subscriptionTiers, type SubscriptionTier } from './model/subscription-tier.js';
export { isDecimalString, type DecimalString } from './model/decimal.js';

export { UsersRepository, type NewUser, type UserChanges } from './users/users.repository.js';
export type { EachUserOptions, EachUserReport, UserOutcome } from './users/each-user.js';
export { AccountsRepository, type AccountFilter, type NewAccount } from './accounts/accounts.repository.js';
export { accountStatuses, type AccountStatus } from './accounts/new-account.js';
export { JournalRepository } from './journal/journal.repository.js';
export type { JournalPage, NumberedPage, NumberedPageRequest, PageRequest } from './journal/journal-page.js';
export type { Amendment, EntryChanges, Removal, Restoration } from './journal/entry-edit.js';
export type { LoadedEntry, LoadOptions, LoadOutcome } from './journal/load-entries.js';
export { entryOrders, type EntryOrder } from './journal/read-entries.js';
export type { EntryRecord, NewEntry } from './journal/new-entry.js';
export type { InsertOutcome } from './journal/insert-entries.js';
export { entryStatuses } from './journal/journal-filter.js';
export type { EntryStatus, JournalFilter, MetaFilter } from './journal/journal-filter.js';
export type { JournalTotals, WeeklyPremium } from './journal/journal-sums.js';

export { OptionPositionsReadModel, positionStatuses } from './figures/option-positions.read-model.js';
export type {
  OptionLeg,
  OptionPosition,
  PositionsRequest,
  PositionStatus,
} from './figures/option-positions.read-model.js';
export { ShareLotsReadModel } from './figures/share-lots.read-model.js';
export type { LotsRequest, OpenLot, ShareLot } from './figures/share-lots.read-model.js';
export { costMethods, type CostMethod } from './figures/ledger/lots.js';
export { CashReadModel } from './figures/cash.read-model.js';
export type { CashBalance, CashRequest, PeriodCash } from './figures/cash.read-model.js';
export type { ExplainedUnmatched, NearCounterpart, UnmatchedReason } from './figures/explain-unmatched.js';
export { profitBases, ProfitReadModel } from './figures/profit.read-model.js';
export type {
  ClosedLot,
  ClosedLotsRequest,
  ProfitBasis,
  ProfitRequest,
  RealisedProfit,
} from './figures/profit.read-model.js';
export type { UnassignedFee } from './figures/ledger/unassigned-fees.js';
export type { UnmatchedEntry } from './figures/ledger/unmatched.js';
export { LegacyReadModel, type LegacyLot, type LegacyPosition } from './browser/figures/legacy.read-model.js';
export type { MinimumStrike } from './browser/figures/minimum-strikes.js';
export { LegacyWeeklyPremium, LegacyCostBasis } from './browser/figures/legacy-views.entity.js';
export { figurePeriods, type FigurePeriod } from './journal/period-sql.js';
export type { DatedRequest, DayRequest, FigureRequest, PeriodicRequest } from './figures/figure-request.js';

export { SchemaStatusService } from './schema/status/schema-status.service.js';
export type { MigrationStatus } from './schema/status/migration-status.js';
export type { SchemaDifference } from './schema/drift/compare-schemas.js';
export type { PropertyValue } from './schema/drift/schema-objects.js';

export { JournalImportModule } from './browser/import/journal-import.module.js';
export { JournalImportService } from './browser/import/journal-import.service.js';
export type { ImportProgress, JournalImport } from './browser/import/journal-import.service.js';
export type { ReadingLimits } from './browser/import/reader/reader-process.js';
export {
  ImportFailedError,
  ImportInterruptedError,
  ImportRejectedError,
  VerificationError,
} from './browser/import/import-errors.js';
export { ImportBusyError } from './browser/import/merge/import-busy.error.js';
export { TimeZoneError } from './browser/import/convert/time-zone.error.js';
export type {
  ChangeAction,
  ChangedColumns,
  ChangedValue,
  ChangeKind,
  CreatedAccount,
  DayForms,
  EntriesWithoutAccount,
  EntryChange,
  EntryTotals,
  ImportReport,
  RejectedRow,
  Verification,
  VerifiedSum,
  UnplacedEntries,
  ExpirationOutcome,
  LocalStorageReport,
  PurchaseOutcome,
  UnreadableItem,
  UntakenKey,
} from './browser/import/report/import-report.js';
export { LocalStorageError } from './browser/import/local-storage/local-storage.error.js';
export { LegacyFileError } from './browser/import/reader/legacy-file.error.js';
export type { LegacyFormat, UnreadTable } from './browser/import/read/legacy-source.js';

export { JournalExportModule } from './portability/export/journal-export.module.js';
export { completeFormats, exportFormats } from './portability/export/export-format.js';
export type { CompleteFormat, ExportFormat } from './portability/export/export-format.js';
export { JournalExportService } from './portability/export/journal-export.service.js';
export type {
  ExportProgress,
  ExportReport,
  JournalExport,
  JournalFileExport,
} from './portability/export/journal-export.service.js';
export {
  ExportFailedError,
  ExportFileError,
  ExportInterruptedError,
} from './portability/export/export-errors.js';

export { UserDeletionModule } from './portability/deletion/user-deletion.module.js';
export { UserDeletionService } from './portability/deletion/user-deletion.service.js';
export type {
  DeletionReport,
  ExportBefore,
  UserDeletion,
  UserHoldings,
  Consequence,
  UserTable,
} from './portability/deletion/user-deletion.js';
export {
  DeletionFailedError,
  DeletionInterruptedError,
  DeletionUnverifiedError,
  UserDataLeftError,
} from './portability/deletion/deletion-errors.js';

export * from './deprecated.js';
