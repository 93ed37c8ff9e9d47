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
import { roleFindings, type LoginUse } from './role-findings.js';

/**
 * Checks the privileges of the login roles, the package's roles and PUBLIC, with one statement per
 * login, and whether the tables of the application's entities are granted. Throws if `mode` is
 * `error`, else logs a warning per finding.
 *
 * @throws UnsafePrivilegesError, SchemaMissingError
 */
export async function checkPrivileges(dataSource: IsolatedDataSource, mode: PrivilegeCheck): Promise<void> {
  if (mode === 'off') return;
  const { hasAuthLogin } = dataSource.journal;
  const privileges = await readPrivileges(dataSource);
  const authPrivileges = hasAuthLogin
    ? await dataSource.scopes.open({ role: authRole, userId: '' }, () => readPrivileges(dataSource))
    : undefined;
  const problem = problemOf(privileges, authPrivileges, await entityFindings(dataSource));
  if (problem === undefined) return;
  if (mode === 'error') throw problem;
  const logger = new Logger('DatabaseModule');
  for (const warning of warningsOf(problem)) logger.warn(warning);
}

function problemOf(
  privileges: Privileges,
  authPrivileges: Privileges | undefined,
  ofEntities: readonly PrivilegeFinding[],
): SchemaMissingError | UnsafePrivilegesError | undefined {
  // With pending migrations every missing table and grant would be a finding.
  if (!isMigrated(privileges)) return new SchemaMissingError();
  const findings =
    authPrivileges === undefined
      ? findUnsafePrivileges(privileges, 'shared')
      : [...findUnsafePrivileges(privileges, 'users'), ...findUnsafePrivileges(authPrivileges, 'auth')];
  const all = distinct([...findings, ...ofEntities]);
  return all.length > 0 ? new UnsafePrivilegesError(all) : undefined;
}

/**
 * Whether the migrations have been applied: all tables and columns exist, and at least one policy,
 * grant or enabled row-level security.
 */
function isMigrated({ relations, policies, grants }: Privileges): boolean {
  const hasTables = packageTables.every((name) => relations.some(({ table }) => table === name));
  const hasColumns = expectedGrants.every(({ table, columns = [] }) => {
    const present = relations.find((relation) => relation.table === table)?.columns ?? [];
    return columns.every((column) => present.includes(column));
  });
  const isProtected =
    relations.some(({ table, hasRls }) => table !== null && hasRls) ||
    policies.some(({ table }) => table !== null) ||
    grants.some(({ grantee }) => journalRoles.some((role) => role === grantee));
  return hasTables && hasColumns && isProtected;
}

/** Both logins report the same problems of the package's roles, tables and policies. */
function distinct(findings: readonly PrivilegeFinding[]): PrivilegeFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function warningsOf(problem: SchemaMissingError | UnsafePrivilegesError): string[] {
  if (problem instanceof SchemaMissingError) return [problem.message];
  return problem.findings.map(({ message, remedy }) => `${message} Let an administrator run: ${remedy}`);
}

/** All problems of the privileges, in an order in which the remedies can be run. */
function findUnsafePrivileges(privileges: Privileges, login: LoginUse): PrivilegeFinding[] {
  return [
    ...roleFindings(privileges, login),
    ...relationFindings(privileges),
    ...policyFindings(privileges),
    ...grantFindings(privileges),
  ];
}
