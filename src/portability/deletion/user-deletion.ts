import type { ExportReport, JournalFileExport } from '../export/journal-export.service.js';
import type { UserTable } from './user-tables.js';

/** Whom to delete, and what to write before. */
export interface UserDeletion {
  /** The address of the user. */
  email: string;
  /** The file of a complete export that is written first; none unless given. */
  export?: ExportBefore | undefined;
  /** Interrupts it, the export too, as long as it is not being committed. */
  signal?: AbortSignal | undefined;
}

/** Where the export goes, and in which format. */
export type ExportBefore = Omit<JournalFileExport, 'email' | 'asOf' | 'format' | 'signal'> & {
  format: CompleteFormat;
};

/** The formats that keep everything of a journal. */
export const completeFormats = ['sqlite', 'json', 'ndjson'] as const;
export type CompleteFormat = (typeof completeFormats)[number];

/** What a user has in the database. */
export interface UserHoldings {
  userId: string;
  email: string;
  tables: UserTable[];
}

/** What was deleted. */
export interface DeletionReport extends UserHoldings {
  exported: ExportReport | null;
  /** What a query found afterwards, in the same tables and in `users`. */
  left: UserTable[];
}
