import { authRole, userRole } from '../../driver/contract/contract.js';
import { groupBy } from '../../model/group-by.js';
import { expectedSchema } from '../../schema/expected-schema.js';
import type { PolicyDescription } from '../../schema/schema-description.js';

export const journalRoles: readonly string[] = [userRole, authRole];

const { relations } = expectedSchema;

/** Tables and views of the package, by name. */
export const packageRelations = relations.map(({ name }) => name);
export const packageTables = relations.filter(({ kind }) => kind === 'table').map(({ name }) => name);

/** A privilege that a role needs on a table or view. More privileges are unsafe. */
export interface ExpectedGrant {
  role: string;
  table: string;
  /** `SELECT`, `INSERT`, `UPDATE` or `DELETE`. */
  command: string;
  /** Empty for the whole table. */
  columns: readonly string[];
}

/** The grants after all migrations of this package. */
export const expectedGrants: readonly ExpectedGrant[] = relations.flatMap(({ name: table, grants }) =>
  groupBy(grants, ({ grantee, privilege }) => `${grantee} ${privilege}`).map(([key, group]) => {
    const [role = '', command = ''] = key.split(' ');
    return { role, table, command, columns: group.flatMap(({ column }) => column ?? []) };
  }),
);

export function expectedOf(role: string, table: string): readonly ExpectedGrant[] {
  return expectedGrants.filter((grant) => grant.role === role && grant.table === table);
}

/** The policies of this package that permit a role any of the commands on a table. */
export function policiesFor(role: string, table: string, commands: readonly string[]): PolicyDescription[] {
  const policies = relations.find(({ name }) => name === table)?.policies ?? [];
  return policies.filter(
    ({ roles, command }) =>
      roles.includes(role) && (command === 'ALL' ? commands.length > 0 : commands.includes(command)),
  );
}
