import type { ExportReport, JournalFileExport } from '../export/journal-export.service.js';
import type { UserTable } from './user-tables.js';

/** Arguments of `UserDeletionService.delete`. */
export interface UserDeletion {
  /** The email of the user. */
  email: string;
  /** Writes a complete export to a file before the deletion. Default: no export. */
  export?: ExportBefore | undefined;
  /** Interrupts the deletion and its export until COMMIT is sent. */
  signal?: AbortSignal | undefined;
}

/** File and format of the export before a deletion. */
export type ExportBefore = Omit<JournalFileExport, 'email' | 'asOf' | 'format' | 'signal'> & {
  format: CompleteFormat;
};

/** Export formats that an import restores without loss. */
export const completeFormats = ['sqlite', 'json', 'ndjson'] as const;
export type CompleteFormat = (typeof completeFormats)[number];

/** The rows of a user in the database. */
export interface UserHoldings {
  userId: string;
  email: string;
  tables: UserTable[];
}

/** Result of a deletion; `tables` are the rows before it. */
export interface DeletionReport extends UserHoldings {
  /** Null without an export. */
  exported: ExportReport | null;
  /** Rows found after COMMIT in `users` and the same tables. */
  left: UserTable[];
}
