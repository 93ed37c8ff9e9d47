import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * The file of an export cannot be written. No file stands under its name that did not stand there
 * before.
 */
export class ExportFileError extends JournalDatabaseError {
  readonly code = 'EXPORT_FILE';

  constructor(
    readonly path: string,
    /** What follows "<path> " in the message: a predicate without the full stop. */
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`Nothing was exported: ${path} ${problem}.`, options);
  }
}

/** An export was interrupted. */
export class ExportInterruptedError extends JournalDatabaseError {
  readonly code = 'EXPORT_INTERRUPTED';

  constructor(options?: ErrorOptions) {
    super('The export was interrupted; nothing of it is left. Export again.', options);
  }
}

/** The database did not hand the journal out. */
export class ExportFailedError extends JournalDatabaseError {
  readonly code = 'EXPORT_FAILED';

  constructor(message: string, options?: ErrorOptions) {
    super(
      `The database did not hand the journal out (${message}); nothing was exported. Export again; if a statement took too long, ` +
        'raise DATABASE_STATEMENT_TIMEOUT_MS.',
      options,
    );
  }
}

const problems: Record<string, string> = {
  EEXIST: 'exists already; choose another name, or replace it with --force (`overwrite`)',
  ENOENT: 'lies in a folder that does not exist; make it, or choose another one',
  ENOTDIR: 'lies in a folder that is none; choose another one',
  EISDIR: 'is a folder; give the name of a file in it',
  EACCES: 'may not be written by this user; choose another folder, or give the permission (chmod u+w)',
  EPERM: 'may not be written by this user; choose another folder, or give the permission (chmod u+w)',
  EROFS: 'lies on a disk that is read only; choose another one',
  ENOSPC: 'has no room on its disk; make room, or choose another one',
  EDQUOT: 'has no room within the quota; make room, or choose another disk',
  EFBIG: 'would be larger than a file may be; choose another disk',
};

/** A failure of the operating system as an error that says what to do; undefined for any other. */
export function exportFileFailure(path: string, error: unknown): ExportFileError | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  const problem = problems[code] ?? `cannot be written (${code}); choose another place`;
  return new ExportFileError(path, problem, { cause: error });
}
