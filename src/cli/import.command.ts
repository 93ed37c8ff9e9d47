import { JournalImportService, type JournalImport } from '../browser/import/journal-import.service.js';
import { withApplication } from './application.js';
import { importReportText } from './import-report.text.js';
import { withProgress } from './progress.js';
import { print } from './printing.js';

/** The options of `journal-db import`, as commander names them. */
export interface ImportCommandOptions extends Pick<
  JournalImport,
  'timeZone' | 'createUser' | 'dryRun' | 'skipInvalid' | 'checkFigures'
> {
  user: string;
  localStorage?: string;
  timeLimit?: number;
  memoryLimit?: number;
  json?: boolean;
}

/** The exit code of an import that left rows out (`--skip-invalid`). */
const rowsLeftOut = 2;

/** Imports a file, and prints the report. Progress goes to standard error. */
export async function importFile(
  environment: NodeJS.ProcessEnv,
  file: string,
  {
    user: email,
    localStorage: localStorageFile,
    json,
    timeLimit,
    memoryLimit,
    ...options
  }: ImportCommandOptions,
): Promise<void> {
  const limits = { seconds: timeLimit, mebibytes: memoryLimit };
  const report = await withApplication(environment, (application) =>
    withProgress((onProgress) =>
      application
        .get(JournalImportService)
        .import({ file, email, localStorageFile, limits, ...options }, onProgress),
    ),
  );
  print(json === true ? JSON.stringify(report, null, 2) : importReportText(report));
  if (report.rejected.length > 0) process.exitCode = rowsLeftOut;
}
