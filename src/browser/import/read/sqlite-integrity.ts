import type { Database } from 'sql.js';
import { LegacyFileError } from './legacy-file.error.js';
import { sqliteMessage } from '../../format/sqlite-engine.js';

// The import validates values row by row. Only corrupt pages and indexes refuse the whole file.
const rowProblem = /^(?:[\w-]+ value in|CHECK constraint failed in) /;

const shownProblems = 3;

/** @throws LegacyFileError with SQLite's first findings if the database is corrupt */
export function checkIntegrity(path: string, database: Database): void {
  const problems = findings(database).filter((line) => line !== 'ok' && !rowProblem.test(line));
  if (problems.length === 0) return;
  const more = problems.length > shownProblems ? '; …' : '';
  throw new LegacyFileError(
    path,
    `is corrupt (${problems.slice(0, shownProblems).join('; ')}${more}); use an older copy, or save what can be saved ` +
      "with the sqlite3 command's `.recover`",
  );
}

function findings(database: Database): string[] {
  const lines: string[] = [];
  try {
    // Steps row by row to keep the findings before an error: the check itself can fail.
    const statement = database.prepare('PRAGMA integrity_check');
    while (statement.step()) lines.push(...String(statement.get()[0]).split('\n'));
  } catch (error) {
    lines.push(sqliteMessage(error));
  }
  return lines.filter((line) => !line.startsWith('***'));
}
