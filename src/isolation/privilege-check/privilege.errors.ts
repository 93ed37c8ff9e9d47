import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * What a finding is about:
 *
 * - `SUPERUSER`, `BYPASSRLS`: a role that no policy holds
 * - `POWERFUL_MEMBERSHIP`: a role that can become such a one, or reaches the server's files
 * - `ROLE_MISSING`, `ROLE_NOT_GRANTED`: a role of the package that does not exist, or as which the
 *   login role may not act
 * - `AUTH_NOT_SEPARATE`: the users' login may act as `journal_auth`, although sign-in has a login
 *   of its own
 * - `OWNER`: a role of the package that has the rights of a table's owner, whom no policy holds
 * - `RLS_OFF`: a table that is open to every user
 * - `OPEN_VIEW`: a view that shows every user what its owner sees
 * - `POLICY_MISSING`, `POLICY_TOO_WIDE`: rows that nobody reaches, or everybody
 * - `GRANT_MISSING`, `GRANT_TOO_MANY`: a privilege that is needed, or one that must not be
 */
export type PrivilegeFindingCode =
  | 'SUPERUSER'
  | 'BYPASSRLS'
  | 'POWERFUL_MEMBERSHIP'
  | 'ROLE_MISSING'
  | 'ROLE_NOT_GRANTED'
  | 'AUTH_NOT_SEPARATE'
  | 'OWNER'
  | 'RLS_OFF'
  | 'OPEN_VIEW'
  | 'POLICY_MISSING'
  | 'POLICY_TOO_WIDE'
  | 'GRANT_MISSING'
  | 'GRANT_TOO_MANY';

/** One thing by which the database does not keep users apart, or does not let the package work. */
export interface PrivilegeFinding {
  code: PrivilegeFindingCode;
  /** The role, table, view, policy or schema, as SQL names it. */
  subject: string;
  /** One sentence for people. */
  message: string;
  /** The SQL that an administrator can run, as it is. */
  remedy: string;
}

/**
 * The database does not keep users apart, or not all that the package needs is granted. The
 * application does not start.
 */
export class UnsafePrivilegesError extends JournalDatabaseError {
  readonly code = 'UNSAFE_PRIVILEGES';

  constructor(readonly findings: readonly PrivilegeFinding[]) {
    const lines = findings.map(({ message, remedy }) => `  - ${message}\n    ${remedy}`);
    super(
      `The roles and privileges in the database are not as they must be. Let an administrator run the SQL below each point:\n${lines.join('\n')}\n` +
        'DATABASE_PRIVILEGE_CHECK=warn starts the application all the same.',
    );
  }
}
