import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole } from '../../driver/contract/contract.js';
import type { PolicyDescription } from '../../schema/schema-description.js';
import { expectedOf, journalRoles, policiesFor } from './expected-privileges.js';
import { finding } from './finding.js';
import type { ExistingPolicy, Privileges } from './read-privileges.js';

/**
 * Reports commands that a role needs and no policy permits, and policies that are too wide. The
 * names and the number of policies do not matter.
 */
export function policyFindings({ relations, policies }: Privileges): PrivilegeFinding[] {
  return relations.flatMap(({ table, name, kind }) => {
    if (table === null || kind === 'v') return [];
    const here = policies.filter((policy) => policy.table === table);
    const valid = here.filter((policy) => !isTooWide(policy));
    return [
      ...here.filter(isTooWide).map((policy) => policyTooWide(policy, name)),
      ...missingPolicies(table, valid).map((missing) => policyMissing(missing, name)),
    ];
  });
}

/**
 * Whether a policy that a statement can use has an expression that does not contain `app.user_id`.
 * Sign-in is exempt: it reaches all users.
 */
function isTooWide({ table, using, check, reachable }: ExistingPolicy): boolean {
  const affected = reachable.filter((role) => !(table === 'users' && role === authRole));
  return (
    affected.length > 0 && [using, check].some((expression) => expression?.includes('app.user_id') === false)
  );
}

function policyTooWide({ name, using, check }: ExistingPolicy, table: string): PrivilegeFinding {
  return finding(
    'POLICY_TOO_WIDE',
    `${name} ON ${table}`,
    `The policy ${name} on ${table} has an expression without app.user_id:${clauses(using, check)}.`,
    `DROP POLICY ${name} ON ${table}`,
  );
}

/** Commands that a role needs and no policy permits, and the policies that would permit them. */
interface MissingPolicies {
  role: string;
  commands: readonly string[];
  policies: readonly PolicyDescription[];
}

/** @param valid the table's permissive policies, under any name, that are not too wide */
function missingPolicies(table: string, valid: readonly ExistingPolicy[]): readonly MissingPolicies[] {
  const missing = journalRoles
    .map((role) => missingFor(role, table, valid))
    .filter(({ commands }) => commands.length > 0);
  // The remedy drops an existing policy of the same name, so its commands can become missing too.
  const recreated = missing.flatMap(({ policies }) => policies.map(({ name }) => name));
  const kept = valid.filter(({ name }) => !recreated.includes(name));
  return kept.length === valid.length ? missing : missingPolicies(table, kept);
}

function missingFor(role: string, table: string, valid: readonly ExistingPolicy[]): MissingPolicies {
  const ofRole = valid.filter(({ appliesTo }) => appliesTo.includes(role));
  const commands = expectedOf(role, table)
    .map(({ command }) => command)
    .filter((command) => !ofRole.some((policy) => permits(policy, command)));
  return { role, commands, policies: policiesFor(role, table, commands) };
}

function permits({ command: permitted, using, check }: ExistingPolicy, command: string): boolean {
  if (permitted !== 'ALL' && permitted !== command) return false;
  return (command === 'INSERT' ? (check ?? using) : using) !== null;
}

function policyMissing({ role, commands, policies }: MissingPolicies, table: string): PrivilegeFinding {
  return finding(
    'POLICY_MISSING',
    table,
    `No policy permits ${role} ${commands.join(', ')} on ${table}, so it reaches no row.`,
    // DROP first: a policy of this name may exist with other expressions or another command.
    ...policies.flatMap(({ name, command, using, check }) => [
      `DROP POLICY IF EXISTS ${name} ON ${table}`,
      `CREATE POLICY ${name} ON ${table} FOR ${command} TO ${role}${clauses(using, check)}`,
    ]),
  );
}

function clauses(using: string | null, check: string | null): string {
  return (using ? ` USING (${using})` : '') + (check ? ` WITH CHECK (${check})` : '');
}
