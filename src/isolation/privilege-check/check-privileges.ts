import { Logger } from '@nestjs/common';
import type { PrivilegeCheck } from '../../config/database.settings.js';
import { authRole } from '../../driver/roles.js';
import { SchemaMissingError } from '../../driver/connection.errors.js';
import { UnsafePrivilegesError } from './privilege.errors.js';
import type { PrivilegeFinding } from './privilege.errors.js';
import type { IsolatedDataSource } from '../isolated.data-source.js';
import { findUnsafePrivileges } from './find-unsafe-privileges.js';
import { isMigrated } from './is-migrated.js';
import { readPrivilegeFacts } from './privilege-facts.js';
import type { PrivilegeFacts } from './privilege-facts.js';

/**
 * Reads once, by one statement for each login, the privileges of the login roles, the roles of the
 * package and PUBLIC. It throws what is unsafe or logs a warning for each finding, and logs whether
 * sign-in has a login of its own.
 *
 * @throws UnsafePrivilegesError, SchemaMissingError, if `mode` is `error`
 */
export async function checkPrivileges(dataSource: IsolatedDataSource, mode: PrivilegeCheck): Promise<void> {
  if (mode === 'off') return;
  const { hasAuthLogin } = dataSource.journal;
  const facts = await readPrivilegeFacts(dataSource);
  const authFacts = hasAuthLogin
    ? await dataSource.scopes.open({ role: authRole, userId: '' }, () => readPrivilegeFacts(dataSource))
    : undefined;
  const problem = problemOf(facts, authFacts);
  if (problem !== undefined && mode === 'error') throw problem;
  const logger = new Logger('DatabaseModule');
  logger.log(
    hasAuthLogin
      ? 'Sign-in has a login of its own (DATABASE_AUTH_URL).'
      : 'Sign-in shares the login of DATABASE_URL; DATABASE_AUTH_URL can give it one of its own.',
  );
  if (problem === undefined) return;
  for (const warning of warningsOf(problem)) logger.warn(warning);
}

function problemOf(
  facts: PrivilegeFacts,
  authFacts: PrivilegeFacts | undefined,
): SchemaMissingError | UnsafePrivilegesError | undefined {
  // Where migrations are pending, a list of all that is missing would say the same at length.
  if (!isMigrated(facts)) return new SchemaMissingError();
  const findings =
    authFacts === undefined
      ? findUnsafePrivileges(facts, 'shared')
      : [...findUnsafePrivileges(facts, 'users'), ...findUnsafePrivileges(authFacts, 'auth')];
  return findings.length > 0 ? new UnsafePrivilegesError(withoutRepetition(findings)) : undefined;
}

/** Both logins see the same roles, tables and policies of the package. */
function withoutRepetition(findings: readonly PrivilegeFinding[]): PrivilegeFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function warningsOf(problem: SchemaMissingError | UnsafePrivilegesError): string[] {
  if (problem instanceof SchemaMissingError) return [problem.message];
  return problem.findings.map(({ message, remedy }) => `${message} Let an administrator run: ${remedy}`);
}
