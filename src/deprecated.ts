// Former names, which the next version removes.

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
  /** @deprecated Import it from `trading-journal-database/trades`. */
  buyShares,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  buyToClose,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  buyToOpen,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  callAssigned,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  correction,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  deposit,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  dividend,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  fee,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  optionExpired,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  putAssigned,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  roll,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  sellCoveredCall,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  sellPut,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  sellShares,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  sellToClose,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  transfer,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  withdrawal,
} from './trades/index.js';
export type {
  /** @deprecated Import it from `trading-journal-database/trades`. */
  AccountTransfer,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  CashMovement,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  Correction,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  DividendPayment,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  Leg,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  LegTrade,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  OptionAssignment,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  OptionContracts,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  OptionExpiration,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  OptionSale,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  OptionTrade,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  Roll,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  RolledOption,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  ShareTrade,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  SymbolCash,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  SymbolTrade,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  Trade,
  /** @deprecated Import it from `trading-journal-database/trades`. */
  TradeEntry,
} from './trades/index.js';
