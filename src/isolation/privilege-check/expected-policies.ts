import { authRole, userRole } from '../../driver/contract.js';
import type { Command, JournalRole, PackageTable } from './expected-grants.js';

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
