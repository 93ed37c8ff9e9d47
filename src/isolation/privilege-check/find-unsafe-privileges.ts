import type { PrivilegeFinding } from './privilege.errors.js';
import { grantFindings } from './grant-findings.js';
import { policyFindings } from './policy-findings.js';
import type { PrivilegeFacts } from './privilege-facts.js';
import { relationFindings } from './relation-findings.js';
import { roleFindings } from './role-findings.js';
import type { LoginUse } from './role-findings.js';

/** All problems of the privileges, in an order in which the remedies can be run. */
export function findUnsafePrivileges(facts: PrivilegeFacts, login: LoginUse): PrivilegeFinding[] {
  return [
    ...roleFindings(facts, login),
    ...relationFindings(facts),
    ...policyFindings(facts),
    ...grantFindings(facts),
  ];
}
