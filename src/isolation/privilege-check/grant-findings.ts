import type { PrivilegeFinding } from './privilege.errors.js';
import { expectedGrants, expectedOf, grantText, journalRoles } from './expected-privileges.js';
import type { Command, ExpectedGrant, JournalRole, PackageTable } from './expected-privileges.js';
import type { ExistingGrant, Privileges } from './read-privileges.js';
import { toScript } from '../../model/sql-text.js';

/** Compares the grants on the package's tables, column by column, with the expected grants. */
export function grantFindings(privileges: Privileges): PrivilegeFinding[] {
  return [...closedSchemas(privileges), ...missingGrants(privileges), ...excessGrants(privileges)];
}

function closedSchemas({ closedSchemas }: Privileges): PrivilegeFinding[] {
  return closedSchemas.map(({ schema, role }) => ({
    code: 'GRANT_MISSING',
    subject: schema,
    message: `The role ${role} may not use the schema ${schema}.`,
    remedy: toScript(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`),
  }));
}

function missingGrants(privileges: Privileges): PrivilegeFinding[] {
  return privileges.relations.flatMap(({ table, name }) =>
    journalRoles.flatMap((role) => {
      if (table === null) return [];
      const lacking = expectedOf(role, table)
        .map((expected) => missingPart(expected, privileges))
        .filter((privilege) => privilege !== undefined);
      if (lacking.length === 0) return [];
      return [
        {
          code: 'GRANT_MISSING' as const,
          subject: name,
          message: `The role ${role} lacks ${lacking.join(', ')} on ${name}.`,
          remedy: toScript(`GRANT ${lacking.join(', ')} ON ${name} TO ${role}`),
        },
      ];
    }),
  );
}

/** The part of an expected grant that the role does not hold, in the syntax of GRANT. */
function missingPart(expected: ExpectedGrant, { held, relations }: Privileges): string | undefined {
  const { role, table, command } = expected;
  const has =
    held.find((row) => row.role === role && row.table === table && row.command === command)?.columns ?? [];
  const all = relations.find((relation) => relation.table === table)?.columns ?? [];
  const lacking = (expected.columns ?? all).filter((column) => !has.includes(column));
  if (lacking.length === 0) return undefined;
  return grantText(expected.columns === undefined ? expected : { ...expected, columns: lacking });
}

function excessGrants({ grants, relations }: Privileges): PrivilegeFinding[] {
  const excess = grants.filter((grant) => !isExpected(grant));
  return relations.flatMap(({ table, name }) => {
    const here = excess.filter((grant) => grant.table === table);
    const grantees = [...new Set(here.map(({ grantee }) => grantee))];
    return grantees.map((grantee): PrivilegeFinding => {
      const privileges = privilegesOf(here.filter((grant) => grant.grantee === grantee)).join(', ');
      const lost = lostByRevoke(here.filter((grant) => grant.grantee === grantee));
      return {
        code: 'GRANT_TOO_MANY',
        subject: name,
        message: `${grantee === 'PUBLIC' ? 'Every role' : `The role ${grantee}`} has ${privileges} on ${name} and must not have it.`,
        remedy: toScript(
          `REVOKE ${privileges} ON ${name} FROM ${grantee}`,
          ...(lost.length > 0 ? [`GRANT ${lost.join(', ')} ON ${name} TO ${grantee}`] : []),
        ),
      };
    });
  });
}

function isExpected({ grantee, table, privilege, column }: ExistingGrant): boolean {
  return expectedGrants.some(
    ({ role, table: on, command, columns }) =>
      role === grantee &&
      on === table &&
      command === privilege &&
      (columns === undefined || (column !== null && columns.includes(column))),
  );
}

/** In the syntax of REVOKE: `TRUNCATE`, `UPDATE (amount)`. A table-wide grant covers columns. */
function privilegesOf(grants: readonly ExistingGrant[]): string[] {
  const names = [...new Set(grants.map(({ privilege }) => privilege))];
  return names.map((name) => {
    const columns = grants.filter(({ privilege }) => privilege === name).map(({ column }) => column);
    return columns.includes(null) ? name : `${name} (${columns.join(', ')})`;
  });
}

/** A table-wide REVOKE also removes the needed column privileges, which are granted again. */
function lostByRevoke(grants: readonly ExistingGrant[]): string[] {
  return grants
    .filter(({ column }) => column === null)
    .flatMap(({ grantee, table, privilege }) => neededColumns(grantee, table, privilege));
}

function neededColumns(grantee: string, table: PackageTable, privilege: string): string[] {
  const role = journalRoles.find((name): name is JournalRole => name === grantee);
  if (role === undefined) return [];
  return expectedOf(role, table)
    .filter(({ command, columns }) => columns !== undefined && command === (privilege as Command))
    .map(grantText);
}
