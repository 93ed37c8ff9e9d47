/** Export formats that an import restores without loss. */
export const completeFormats = ['sqlite', 'json', 'ndjson'] as const;
export type CompleteFormat = (typeof completeFormats)[number];

/**
 * `sqlite`: the browser application's database. `json`, `ndjson`: the same rows with exact
 * decimals. `csv`: for spreadsheets, cannot be imported again.
 */
export const exportFormats = [...completeFormats, 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];
