import { entryColumns } from '../../model/journal-entry.entity.js';
import { authRole, userRole } from '../../driver/contract.js';

export const packageTables = ['users', 'accounts', 'journal'] as const;
/** `security_invoker` views: the policies of their tables apply to the reader. */
export const packageViews = ['v_cost_basis', 'v_weekly_premium'] as const;
export const packageRelations = [...packageTables, ...packageViews] as const;
export type PackageTable = (typeof packageRelations)[number];

export type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
export type JournalRole = typeof userRole | typeof authRole;

/**
 * A privilege that a role needs on a table. More privileges are unsafe. Without `columns` it covers
 * the whole table.
 */
export interface ExpectedGrant {
  role: JournalRole;
  table: PackageTable;
  command: Command;
  columns?: readonly string[];
}

const whole = (role: JournalRole, table: PackageTable, ...commands: Command[]): ExpectedGrant[] =>
  commands.map((command) => ({ role, table, command }));

const some = (
  role: JournalRole,
  table: PackageTable,
  command: Command,
  ...columns: string[]
): ExpectedGrant => ({ role, table, command, columns });

/** The grants after all migrations of this package. */
export const expectedGrants: readonly ExpectedGrant[] = [
  some(userRole, 'users', 'SELECT', 'id', 'email', 'subscription_tier', 'created_at', 'updated_at'),
  ...whole(authRole, 'users', 'SELECT', 'DELETE'),
  // Without `id`: sign-in must not recreate a deleted user under the id of an existing journal.
  some(authRole, 'users', 'INSERT', 'email', 'password_hash', 'subscription_tier'),
  some(authRole, 'users', 'UPDATE', 'email', 'password_hash', 'subscription_tier', 'updated_at'),
  ...whole(userRole, 'accounts', 'SELECT', 'INSERT', 'DELETE'),
  some(userRole, 'accounts', 'UPDATE', 'name', 'closed_at', 'updated_at'),
  ...whole(userRole, 'journal', 'SELECT', 'INSERT'),
  some(userRole, 'journal', 'UPDATE', ...entryColumns.filter(({ marks }) => marks).map(({ name }) => name)),
  ...packageViews.flatMap((view) => whole(userRole, view, 'SELECT')),
];

export function expectedOf(role: JournalRole, table: PackageTable): readonly ExpectedGrant[] {
  return expectedGrants.filter((grant) => grant.role === role && grant.table === table);
}

/** In the syntax of GRANT. */
export function grantText({ command, columns }: ExpectedGrant): string {
  return columns === undefined ? command : `${command} (${columns.join(', ')})`;
}

export const journalRoles: readonly JournalRole[] = [userRole, authRole];
