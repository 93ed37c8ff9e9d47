import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { PrivilegeCheck } from '../../config/database.settings.js';
import { SchemaMissingError, UnsafePrivilegesError } from '../errors/index.js';
import { findUnsafePrivileges } from './find-unsafe-privileges.js';
import { isMigrated } from './is-migrated.js';
import { readPrivilegeFacts } from './privilege-facts.js';
import type { PrivilegeFacts } from './privilege-facts.js';

/**
 * Looks once, by one statement, at what the login role, the roles of the package and PUBLIC may do. Where that is unsafe, it
 * throws or logs a warning for each finding.
 *
 * @throws UnsafePrivilegesError, SchemaMissingError, if `mode` is `error`
 */
export async function checkPrivileges(dataSource: DataSource, mode: PrivilegeCheck): Promise<void> {
  if (mode === 'off') return;
  const problem = problemOf(await readPrivilegeFacts(dataSource));
  if (problem === undefined) return;
  if (mode === 'error') throw problem;
  const logger = new Logger('DatabaseModule');
  for (const warning of warningsOf(problem)) logger.warn(warning);
}

function problemOf(facts: PrivilegeFacts): SchemaMissingError | UnsafePrivilegesError | undefined {
  // Where migrations are pending, a list of all that is missing would say the same at length.
  if (!isMigrated(facts)) return new SchemaMissingError();
  const findings = findUnsafePrivileges(facts);
  return findings.length > 0 ? new UnsafePrivilegesError(findings) : undefined;
}

function warningsOf(problem: SchemaMissingError | UnsafePrivilegesError): string[] {
  if (problem instanceof SchemaMissingError) return [problem.message];
  return problem.findings.map(({ message, remedy }) => `${message} Let an administrator run: ${remedy}`);
}
