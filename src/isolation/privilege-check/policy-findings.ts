import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole } from '../../driver/contract.js';
import type { ExpectedPolicy } from './expected-policies.js';
import { missingPolicies } from './lost-policies.js';
import type { MissingPolicies } from './lost-policies.js';
import type { ExistingPolicy, Privileges } from './privilege-facts.js';
import { namesUser, toScript } from './sql-text.js';

/**
 * Reports commands that a role needs and no policy permits, and policies that are too wide. The
 * names and the number of policies do not matter.
 */
export function policyFindings({ relations, policies }: Privileges): PrivilegeFinding[] {
  return relations.flatMap(({ table, name, kind }) => {
    if (table === null || kind === 'v') return [];
    const here = policies.filter((policy) => policy.table === table);
    const [wide, valid] = [here.filter(isTooWide), here.filter((policy) => !isTooWide(policy))];
    return [
      ...wide.map((policy) => policyTooWide(policy, name)),
      ...missingPolicies(table, valid).map((missing) => policyMissing(missing, name)),
    ];
  });
}

/**
 * Whether a policy that a statement can use does not compare with `app.user_id`. Sign-in is exempt:
 * it reaches all users.
 */
function isTooWide({ table, using, check, reachable }: ExistingPolicy): boolean {
  const affected = reachable.filter((role) => !(table === 'users' && role === authRole));
  return (
    affected.length > 0 && [using, check].some((expression) => expression !== null && !namesUser(expression))
  );
}

function policyTooWide({ name, using, check }: ExistingPolicy, table: string): PrivilegeFinding {
  return {
    code: 'POLICY_TOO_WIDE',
    subject: `${name} ON ${table}`,
    message: `The policy ${name} on ${table} has an expression without app.user_id:${clauses(using, check)}.`,
    remedy: toScript(`DROP POLICY ${name} ON ${table}`),
  };
}

function policyMissing({ role, commands, policies }: MissingPolicies, table: string): PrivilegeFinding {
  return {
    code: 'POLICY_MISSING',
    subject: table,
    message: `No policy permits ${role} ${commands.join(', ')} on ${table}, so it reaches no row.`,
    remedy: toScript(...policies.flatMap((policy) => recreate(policy, table))),
  };
}

// DROP first: a policy of this name may exist with other expressions or another command.
function recreate({ name, role, command, using, check }: ExpectedPolicy, table: string) {
  return [
    `DROP POLICY IF EXISTS ${name} ON ${table}`,
    `CREATE POLICY ${name} ON ${table} FOR ${command} TO ${role}${clauses(using, check)}`,
  ];
}

function clauses(using?: string | null, check?: string | null): string {
  return (using ? ` USING (${using})` : '') + (check ? ` WITH CHECK (${check})` : '');
}
