import { JournalDatabaseError } from '../database/errors/index.js';
import type { UserTable } from './user-tables.js';

/** Tables of the application would hold rows of a user who is not there any more. */
export class UserDataLeftError extends JournalDatabaseError {
  readonly code = 'USER_DATA_LEFT';

  constructor(
    readonly email: string,
    readonly tables: readonly UserTable[],
  ) {
    const named = tables.map(({ table, rows }) => `${table} (${rows} rows)`).join(', ');
    super(
      `Rows of ${email} would be left in ${named}, which have no foreign key to users; nothing was deleted. Delete them first, or ` +
        'let the application give these tables one with ON DELETE CASCADE.',
    );
  }
}
