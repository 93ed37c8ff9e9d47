import type { PrivilegeFinding } from './privilege.errors.js';
import { groupBy } from '../../model/group-by.js';
import { withColumns } from '../../schema/ddl.js';
import { expectedOf, journalRoles, type ExpectedGrant } from './expected-privileges.js';
import { finding } from './finding.js';
import type { ExistingGrant, Privileges } from './read-privileges.js';

/** Compares the grants on the package's tables, column by column, with the expected grants. */
export function grantFindings(privileges: Privileges): PrivilegeFinding[] {
  return [
    ...privileges.closedSchemas.map(closedSchema),
    ...missingGrants(privileges),
    ...excessGrants(privileges),
  ];
}

/** Reports a schema that a role of the package needs and may not use. */
export function closedSchema({ schema, role }: Privileges['closedSchemas'][number]): PrivilegeFinding {
  const message = `The role ${role} may not use the schema ${schema}.`;
  return finding('GRANT_MISSING', schema, message, grantSchemaSql(schema, role));
}

export const grantSchemaSql = (schema: string, role: string) => `GRANT USAGE ON SCHEMA ${schema} TO ${role}`;

function missingGrants(privileges: Privileges): PrivilegeFinding[] {
  return privileges.relations.flatMap(({ table, name }) =>
    journalRoles.flatMap((role) => {
      const expected = table === null ? [] : expectedOf(role, table);
      const lacking = expected.flatMap((grant) => missingPart(grant, privileges)).join(', ');
      if (lacking === '') return [];
      const message = `The role ${role} lacks ${lacking} on ${name}.`;
      return finding('GRANT_MISSING', name, message, `GRANT ${lacking} ON ${name} TO ${role}`);
    }),
  );
}

/** The part of an expected grant that the role does not hold, in the syntax of GRANT. */
function missingPart(expected: ExpectedGrant, { held, relations }: Privileges): string[] {
  const { role, table, command, columns } = expected;
  const has =
    held.find((row) => row.role === role && row.table === table && row.command === command)?.columns ?? [];
  const all = relations.find((relation) => relation.table === table)?.columns ?? [];
  const isWhole = columns.length === 0;
  const lacking = (isWhole ? all : columns).filter((column) => !has.includes(column));
  return lacking.length === 0 ? [] : [withColumns(command, isWhole ? [] : lacking)];
}

function excessGrants({ grants, relations }: Privileges): PrivilegeFinding[] {
  const excess = grants.filter((grant) => !isExpected(grant));
  return relations.flatMap(({ table, name }) => {
    const here = excess.filter((grant) => grant.table === table);
    return groupBy(here, ({ grantee }) => grantee).map(([grantee, group]) => {
      const privileges = privilegesOf(group).join(', ');
      const lost = lostByRevoke(group).join(', ');
      return finding(
        'GRANT_TOO_MANY',
        name,
        `${grantee === 'PUBLIC' ? 'Every role' : `The role ${grantee}`} has ${privileges} on ${name} and must not have it.`,
        `REVOKE ${privileges} ON ${name} FROM ${grantee}`,
        ...(lost === '' ? [] : [`GRANT ${lost} ON ${name} TO ${grantee}`]),
      );
    });
  });
}

function isExpected({ grantee, table, privilege, column }: ExistingGrant): boolean {
  return expectedOf(grantee, table).some(
    ({ command, columns }) =>
      command === privilege && (columns.length === 0 || (column !== null && columns.includes(column))),
  );
}

/** In the syntax of REVOKE: `TRUNCATE`, `UPDATE (amount)`. A table-wide grant covers columns. */
function privilegesOf(grants: readonly ExistingGrant[]): string[] {
  return groupBy(grants, ({ privilege }) => privilege).map(([privilege, group]) => {
    const columns = group.flatMap(({ column }) => column ?? []);
    return withColumns(privilege, columns.length === group.length ? columns : []);
  });
}

/** A table-wide REVOKE also removes the needed column privileges, which are granted again. */
function lostByRevoke(grants: readonly ExistingGrant[]): string[] {
  return grants
    .filter(({ column }) => column === null)
    .flatMap(({ grantee, table, privilege }) =>
      expectedOf(grantee, table).filter(
        ({ command, columns }) => columns.length > 0 && command === privilege,
      ),
    )
    .map(({ command, columns }) => withColumns(command, columns));
}
