import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole } from '../../driver/roles.js';
import type { ExpectedPolicy } from './expected-policies.js';
import { lostPolicies } from './lost-policies.js';
import type { LostPolicies } from './lost-policies.js';
import type { PolicyFacts, PrivilegeFacts } from './privilege-facts.js';
import { namesUser, sentences } from './sql-text.js';

/**
 * Whether each command that a role needs on a table of the package has a policy, and none is too
 * wide. Their names, and how many there are, do not matter.
 */
export function policyFindings({ relations, policies }: PrivilegeFacts): PrivilegeFinding[] {
  return relations.flatMap(({ table, name, kind }) => {
    if (table === null || kind === 'v') return [];
    const here = policies.filter((policy) => policy.table === table);
    const wide = here.filter(isTooWide);
    const sound = here.filter((policy) => !wide.includes(policy));
    return [
      ...wide.map((policy) => tooWide(policy, name)),
      ...lostPolicies(table, sound).map((lost) => missing(lost, name)),
    ];
  });
}

/**
 * Sign-in has to reach all users; apart from that, no policy that a statement can make use of may
 * open all rows.
 */
function isTooWide({ table, using, check, reachable }: PolicyFacts): boolean {
  const reaching = reachable.filter((role) => !(table === 'users' && role === authRole));
  return (
    reaching.length > 0 && [using, check].some((expression) => expression !== null && !namesUser(expression))
  );
}

function tooWide({ name, using, check }: PolicyFacts, table: string): PrivilegeFinding {
  return {
    code: 'POLICY_TOO_WIDE',
    subject: `${name} ON ${table}`,
    message: `The policy ${name} on ${table} does not ask for app.user_id everywhere:${rows(using, check)}.`,
    remedy: sentences(`DROP POLICY ${name} ON ${table}`),
  };
}

function missing({ role, commands, policies }: LostPolicies, table: string): PrivilegeFinding {
  return {
    code: 'POLICY_MISSING',
    subject: table,
    message: `No policy lets ${role} ${commands.join(', ')} on ${table}, so that it reaches no row.`,
    remedy: sentences(...policies.flatMap((policy) => remade(policy, table))),
  };
}

// Under its name there may be one that does not let what it is to let.
function remade({ name, role, command, using, check }: ExpectedPolicy, table: string) {
  return [
    `DROP POLICY IF EXISTS ${name} ON ${table}`,
    `CREATE POLICY ${name} ON ${table} FOR ${command} TO ${role}${rows(using, check)}`,
  ];
}

function rows(using?: string | null, check?: string | null): string {
  return (using ? ` USING (${using})` : '') + (check ? ` WITH CHECK (${check})` : '');
}
