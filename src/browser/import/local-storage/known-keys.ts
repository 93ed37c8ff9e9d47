/** Corrected expirations, by position. */
export const expirationsKey = 'wheel_dte_overrides';

/** The application's second journal: only it stores the contract of a bought option. */
export const secondJournalKey = 'journal.v1';

/** Events of the user interface (production builds only), which can name an option's expiration. */
export const eventsKey = 'telemetry.events';

/**
 * Keys of the browser application, with a description of the items that an import ignores.
 * `wheel_dte_overrides` is missing, because all its items are imported. `journal.v1`: purchases are
 * imported, other trades are ignored.
 */
export const knownKeys: ReadonlyMap<string, string> = new Map([
  ['options-tracker.db', 'the database of a browser without OPFS: import it as the journal'],
  [secondJournalKey, 'trades that the journal holds, too'],
  [eventsKey, 'events of the user interface'],
  ['earnings_cache', 'earnings dates of a web service, kept for a day'],
  ['journal_filter_presets', 'view setting: named filters of the journal page'],
  ['user_symbols_history', 'view setting: symbols to suggest'],
  ['journal_last_symbol', 'view setting: the symbol to begin with'],
  ['journal_view_mode', 'view setting'],
  ['journal_show_charts', 'view setting'],
  ['journal_visible_columns', 'view setting'],
  ['journal_page_size', 'view setting'],
  ['journal_group_by', 'view setting'],
  ['journal_filter_collapsed', 'view setting'],
  ['observer-terminal-unlocked', 'view setting'],
  ['theme', 'view setting'],
]);
