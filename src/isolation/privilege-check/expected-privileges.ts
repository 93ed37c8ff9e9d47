import { entryColumns } from '../../model/journal-entry.entity.js';
import { authRole, userRole } from '../../driver/contract/contract.js';
import { quoteIdentifier } from '../../model/sql-text.js';

export const packageTables = ['users', 'accounts', 'journal'] as const;
/** `security_invoker` views: the policies of their tables apply to the reader. */
const packageViews = ['v_cost_basis', 'v_weekly_premium'] as const;
export const packageRelations = [...packageTables, ...packageViews] as const;
export type PackageTable = (typeof packageRelations)[number];

export type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
export const journalRoles = [userRole, authRole] as const;
export type JournalRole = (typeof journalRoles)[number];

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

/** A policy as the migrations create it. */
export interface ExpectedPolicy {
  name: string;
  table: PackageTable;
  role: JournalRole;
  command: Command | 'ALL';
  using?: string;
  check?: string;
}

/** SQL condition: the row belongs to the current user. */
export function ownRows(column = 'user_id'): string {
  return `${column} = current_setting('app.user_id')::uuid`;
}

/**
 * SQL that creates the policy by which each user reaches the rows with their `user_id`.
 *
 * @param bare the table's name, unqualified and unquoted
 * @param name the table's name, quoted, with the schema
 */
export function createOwnPolicySql(bare: string, name: string): string {
  return `CREATE POLICY ${quoteIdentifier(`own_${bare}`)} ON ${name} TO ${userRole} USING (${own}) WITH CHECK (${own})`;
}

const own = ownRows();
const onAll = { command: 'ALL' } as const;
const onEntries = { table: 'journal', role: userRole } as const;

/** The policies after all migrations of this package. The remedies recreate them. */
const expectedPolicies: readonly ExpectedPolicy[] = [
  { name: 'own_user', table: 'users', role: userRole, command: 'SELECT', using: ownRows('id') },
  { name: 'all_users', table: 'users', role: authRole, ...onAll, using: 'true', check: 'true' },
  { name: 'own_accounts', table: 'accounts', role: userRole, ...onAll, using: own, check: own },
  { name: 'read_own_entries', ...onEntries, command: 'SELECT', using: own },
  { name: 'append_own_entries', ...onEntries, command: 'INSERT', check: own },
  {
    name: 'mark_own_live_entries',
    ...onEntries,
    command: 'UPDATE',
    using: `${own} AND deleted_at IS NULL`,
    check: `${own} AND deleted_at IS NOT NULL`,
  },
];

/** The expected policies that permit a role any of the commands on a table. */
export function policiesFor(
  role: JournalRole,
  table: PackageTable,
  commands: readonly Command[],
): readonly ExpectedPolicy[] {
  return expectedPolicies.filter(
    (policy) =>
      policy.role === role &&
      policy.table === table &&
      (policy.command === 'ALL' ? commands.length > 0 : commands.includes(policy.command)),
  );
}
