/** Corrected expirations, by position. */
export const expirationsKey = 'wheel_dte_overrides';

/** The application's second journal: the only place that has the contract of a bought option. */
export const secondJournalKey = 'journal.v1';

/**
 * Events of the user interface, in production builds only; an event can have the expiration of a
 * bought option.
 */
export const eventsKey = 'telemetry.events';

/**
 * Keys that a version of the browser application wrote, and a description of the items there that
 * an import does not take. `wheel_dte_overrides` is not in the map, because an import takes all its
 * items. Of `journal.v1` an import takes the purchases, and the map describes the other trades.
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
