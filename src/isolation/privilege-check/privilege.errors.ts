import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * The kind of a finding:
 *
 * - `SUPERUSER`, `BYPASSRLS`: policies do not apply to a role
 * - `POWERFUL_MEMBERSHIP`: a role can become such a role, or reaches the server's files
 * - `ROLE_MISSING`: a role of the package does not exist
 * - `ROLE_NOT_GRANTED`: the login role may not act as a role of the package
 * - `AUTH_NOT_SEPARATE`: the users' login may act as `journal_auth` although `DATABASE_AUTH_URL` is
 *   set
 * - `OWNER`: a role of the package has the rights of a table's owner; policies do not apply to it
 * - `RLS_OFF`: row-level security is off on a table, so every user reaches all rows
 * - `OPEN_VIEW`: a view shows every user all rows that its owner sees
 * - `POLICY_MISSING`: no policy permits a command that a role needs
 * - `POLICY_TOO_WIDE`: a policy does not restrict rows to the current user
 * - `GRANT_MISSING`: a role lacks a privilege that it needs
 * - `GRANT_TOO_MANY`: a role has a privilege that it must not have
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

/** One privilege problem: it breaks the isolation of users, or the package cannot work with it. */
export interface PrivilegeFinding {
  code: PrivilegeFindingCode;
  /** The role, table, view, policy or schema, quoted for SQL. */
  subject: string;
  /** One sentence in English. */
  message: string;
  /** SQL that an administrator can run unchanged. */
  remedy: string;
}

/**
 * The privileges in the database do not isolate users, or the package lacks privileges. The
 * application does not start. Nothing was written.
 *
 * @remedy Let an administrator run each `remedy`, in order.
 */
export class UnsafePrivilegesError extends JournalDatabaseError {
  readonly code = 'UNSAFE_PRIVILEGES';

  constructor(readonly findings: readonly PrivilegeFinding[]) {
    const lines = findings.map(({ message, remedy }) => `  - ${message}\n    ${remedy}`);
    super(
      `The roles and privileges in the database are unsafe or incomplete. Let an administrator run the SQL below each point:\n${lines.join('\n')}\n` +
        'DATABASE_PRIVILEGE_CHECK=warn starts the application anyway.',
    );
  }
}
