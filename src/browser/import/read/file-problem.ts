/**
 * A file cannot be read as a journal. The message follows "the file " in the message of the
 * LegacyFileError that the reader process makes of it: a predicate without the full stop.
 */
export class FileProblem extends Error {}

const problems: Record<string, string> = {
  ENOENT: 'does not exist; check the path',
  ENOTDIR: 'does not exist; check the path',
  EACCES: 'may not be read by this user; give it the permission to read (chmod u+r), or copy the file',
  EPERM: 'may not be read by this user; give it the permission to read (chmod u+r), or copy the file',
  EISDIR: 'is a directory; give the path of the file in it',
};

/** The problem of a file that the operating system cannot read. */
export function unreadable(cause: NodeJS.ErrnoException): FileProblem {
  const problem =
    problems[cause.code ?? ''] ?? `cannot be read (${cause.code ?? cause.message}); copy it and try again`;
  return new FileProblem(problem, { cause });
}

/** The problem of a database that SQLite cannot read, with SQLite's message. */
export function unreadableDatabase(cause: unknown): FileProblem {
  return new FileProblem(
    `is an SQLite database that cannot be read (${(cause as Error).message}); export it again, or use an older copy`,
    { cause },
  );
}
