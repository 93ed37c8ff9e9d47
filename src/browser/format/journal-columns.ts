import { entryColumns } from '../../model/journal-entry.entity.js';

/** The columns of the browser application's journal, the six audit columns last. */
export const journalColumns = entryColumns.filter(({ inBrowser }) => inBrowser).map(({ name }) => name);

/**
 * The columns of an exported journal. `day` and `recorded` are not columns of the browser
 * application.
 */
export const exportedColumns = entryColumns.map(({ name }) => name);
