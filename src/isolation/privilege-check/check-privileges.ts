import { Logger } from '@nestjs/common';
import type { PrivilegeCheck } from '../../config/database.settings.js';
import { authRole } from '../../driver/contract/contract.js';
import { SchemaMissingError } from '../../driver/failures/connection.errors.js';
import { UnsafePrivilegesError, type PrivilegeFinding } from './privilege.errors.js';
import type { IsolatedDataSource } from '../isolated.data-source.js';
import { expectedGrants, journalRoles, packageTables } from './expected-privileges.js';
import { readPrivileges, type Privileges } from './read-privileges.js';
import { grantFindings } from './grant-findings.js';
import { policyFindings } from './policy-findings.js';
import { entityFindings, relationFindings } from './relation-findings.js';
import { roleFindings } from './role-findings.js';

/**
 * Checks the privileges of the login roles, the package's roles and PUBLIC, with one statement per
 * login, and whether the tables of the application's entities are granted. Throws if `mode` is
 * `error`, else logs a warning per finding.
 *
 * @throws UnsafePrivilegesError, SchemaMissingError
 */
export async function checkPrivileges(dataSource: IsolatedDataSource, mode: PrivilegeCheck): Promise<void> {
  if (mode === 'off') return;
  const problem = await findProblem(dataSource);
  if (problem === undefined) return;
  if (mode === 'error') throw problem;
  const logger = new Logger('DatabaseModule');
  for (const warning of warningsOf(problem)) logger.warn(warning);
}

async function findProblem(
  dataSource: IsolatedDataSource,
): Promise<SchemaMissingError | UnsafePrivilegesError | undefined> {
  const { hasAuthLogin } = dataSource.journal;
  const privileges = await readPrivileges(dataSource);
  // With pending migrations every missing table and grant would be a finding.
  if (!isMigrated(privileges)) return new SchemaMissingError();
  const findings = findUnsafePrivileges(privileges, !hasAuthLogin);
  if (hasAuthLogin) {
    const read = () => readPrivileges(dataSource);
    const ofAuth = await dataSource.scopes.open({ role: authRole, userId: '' }, read);
    findings.push(...findUnsafePrivileges(ofAuth, true));
  }
  findings.push(...(await entityFindings(dataSource)));
  // Both logins report the same problems of the package's roles, tables and policies.
  const distinct = [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()];
  return distinct.length > 0 ? new UnsafePrivilegesError(distinct) : undefined;
}

/**
 * Whether the migrations have been applied: all tables and columns exist, and at least one policy,
 * grant or enabled row-level security.
 */
function isMigrated({ relations, policies, grants }: Privileges): boolean {
  const hasTables = packageTables.every((name) => relations.some(({ table }) => table === name));
  const hasColumns = expectedGrants.every(({ table, columns }) => {
    const present = relations.find((relation) => relation.table === table)?.columns ?? [];
    return columns.every((column) => present.includes(column));
  });
  const isProtected =
    relations.some(({ table, hasRls }) => table !== null && hasRls) ||
    policies.some(({ table }) => table !== null) ||
    grants.some(({ grantee }) => journalRoles.includes(grantee));
  return hasTables && hasColumns && isProtected;
}

function warningsOf(problem: SchemaMissingError | UnsafePrivilegesError): string[] {
  if (problem instanceof SchemaMissingError) return [problem.message];
  return problem.findings.map(({ message, remedy }) => `${message} Let an administrator run: ${remedy}`);
}

/** All problems of the privileges, in an order in which the remedies can be run. */
function findUnsafePrivileges(privileges: Privileges, needsAuth: boolean): PrivilegeFinding[] {
  return [
    ...roleFindings(privileges, needsAuth),
    ...relationFindings(privileges),
    ...policyFindings(privileges),
    ...grantFindings(privileges),
  ];
}
