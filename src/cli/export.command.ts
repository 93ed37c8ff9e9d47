import { JournalExportService, type ExportReport } from '../portability/export/journal-export.service.js';
import type { ExportFormat } from '../portability/export/export-format.js';
import { withApplication } from './application.js';
import { interruptible } from './interruptible.js';
import { withProgress } from './progress.js';
import { print } from './printing.js';

/** The options of `journal-db export`, as commander names them. */
export interface ExportCommandOptions {
  user: string;
  format: ExportFormat;
  asOf?: Date;
  force?: boolean;
  json?: boolean;
}

/** Exports a user's journal to a file, and prints a summary. Progress goes to standard error. */
export async function exportFile(
  environment: NodeJS.ProcessEnv,
  file: string,
  { user: email, format, asOf, force: overwrite, json }: ExportCommandOptions,
): Promise<void> {
  const report = await withApplication(environment, (application) =>
    interruptible((signal) =>
      withProgress((onProgress) =>
        application
          .get(JournalExportService)
          .exportFile({ email, format, file, asOf, overwrite, signal }, (done, total) =>
            onProgress('export', done, total),
          ),
      ),
    ),
  );
  print(json === true ? JSON.stringify({ file, ...report }, null, 2) : exportText(file, report));
}

/** The summary of an export. */
export function exportText(
  file: string,
  { email, format, asOf, accounts, entries, deleted }: ExportReport,
): string {
  const when = asOf === null ? '' : `, as it was known at ${asOf}`;
  return `Exported the journal of ${email}${when}, to ${file} (${format}): ${accounts} accounts, ${entries} entries, ${deleted} of them deleted.`;
}
