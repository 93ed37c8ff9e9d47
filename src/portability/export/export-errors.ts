import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * The file of an export cannot be written. No file was created or replaced at `path`.
 *
 * @remedy Use a path in a folder that exists and is writable.
 */
export class ExportFileError extends JournalDatabaseError {
  readonly code = 'EXPORT_FILE';

  constructor(
    readonly path: string,
    /** Follows "<path> " in the message: a predicate without the full stop. */
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`Nothing was exported: ${path} ${problem}.`, options);
  }
}

/**
 * The signal of an export was aborted, or its destination was closed, such as by a client that
 * disconnected. No file was created or replaced; the destination may hold a part of the export.
 *
 * @remedy Export again.
 */
export class ExportInterruptedError extends JournalDatabaseError {
  readonly code = 'EXPORT_INTERRUPTED';

  constructor(options?: ErrorOptions) {
    super('The export was interrupted; the output is incomplete. Export again.', options);
  }
}

/**
 * The database failed to read the journal. No file was created or replaced; the destination of
 * `write` may hold a part of the export.
 *
 * @remedy Correct the cause, and export again.
 */
export class ExportFailedError extends JournalDatabaseError {
  readonly code = 'EXPORT_FAILED';

  constructor(message: string, options?: ErrorOptions) {
    super(
      `The database failed to read the journal (${message}); the output is incomplete. Export again; if a statement took too long, ` +
        'raise DATABASE_STATEMENT_TIMEOUT_MS.',
      options,
    );
  }
}

const problems: Record<string, string> = {
  EEXIST: 'exists already; choose another name, or replace it with --force (`overwrite`)',
  ENOENT: 'lies in a folder that does not exist; create the folder, or choose another one',
  ENOTDIR: 'has a parent that is not a folder; choose another folder',
  EISDIR: 'is a folder; give the name of a file in it',
  EACCES: 'may not be written by this user; choose another folder, or give the permission (chmod u+w)',
  EPERM: 'may not be written by this user; choose another folder, or give the permission (chmod u+w)',
  EROFS: 'lies on a read-only disk; choose another disk',
  ENOSPC: 'does not fit on its disk; free space, or choose another disk',
  EDQUOT: 'exceeds the disk quota; free space, or choose another disk',
  EFBIG: 'exceeds the largest file size of its disk; choose another disk',
};

/** Turns an operating system error into an ExportFileError; undefined for any other error. */
export function exportFileFailure(path: string, error: unknown): ExportFileError | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  const problem = problems[code] ?? `cannot be written (${code}); choose another place`;
  return new ExportFileError(path, problem, { cause: error });
}
