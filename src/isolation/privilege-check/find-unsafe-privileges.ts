import type { PrivilegeFinding } from './privilege.errors.js';
import { grantFindings } from './grant-findings.js';
import { policyFindings } from './policy-findings.js';
import type { Privileges } from './privilege-facts.js';
import { relationFindings } from './relation-findings.js';
import { roleFindings } from './role-findings.js';
import type { LoginUse } from './role-findings.js';

/** All problems of the privileges, in an order in which the remedies can be run. */
export function findUnsafePrivileges(privileges: Privileges, login: LoginUse): PrivilegeFinding[] {
  return [
    ...roleFindings(privileges, login),
    ...relationFindings(privileges),
    ...policyFindings(privileges),
    ...grantFindings(privileges),
  ];
}
