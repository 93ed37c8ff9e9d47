import { JournalDatabaseError } from '../../../model/journal-database.error.js';

/**
 * A file cannot be read as a journal, or exceeds a limit. Nothing was written. `problem` names the
 * reason.
 *
 * @remedy Use another file, or higher `limits`. The message names the next step, but not the path.
 */
export class LegacyFileError extends JournalDatabaseError {
  readonly code = 'LEGACY_FILE';

  constructor(
    /** The path given to the importer. Do not show it to users who uploaded the file. */
    readonly path: string,
    /** Follows "the file " in the message: a predicate without the full stop. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read the journal: the file ${problem}.`, options);
  }
}

const problems: Record<string, string> = {
  ENOENT: 'does not exist; check the path',
  ENOTDIR: 'does not exist; check the path',
  EACCES: 'may not be read by this user; give it the permission to read (chmod u+r), or copy the file',
  EPERM: 'may not be read by this user; give it the permission to read (chmod u+r), or copy the file',
  EISDIR: 'is a directory; give the path of the file in it',
};

/** The error for a file that the operating system cannot read. */
export function unreadable(path: string, cause: NodeJS.ErrnoException): LegacyFileError {
  const problem =
    problems[cause.code ?? ''] ?? `cannot be read (${cause.code ?? cause.message}); copy it and try again`;
  return new LegacyFileError(path, problem, { cause });
}

/** The error for a database that SQLite cannot read, with SQLite's message. */
export function unreadableDatabase(path: string, cause: unknown): LegacyFileError {
  return new LegacyFileError(
    path,
    `is an SQLite database that cannot be read (${(cause as Error).message}); export it again, or use an older copy`,
    { cause },
  );
}
