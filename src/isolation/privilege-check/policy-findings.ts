import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole } from '../../driver/contract/contract.js';
import { toScript } from '../../model/sql-text.js';
import { expectedOf, journalRoles, policiesFor } from './expected-privileges.js';
import type { Command, ExpectedPolicy, JournalRole, PackageTable } from './expected-privileges.js';
import type { ExistingPolicy, Privileges } from './read-privileges.js';

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
  return {
    code: 'POLICY_TOO_WIDE',
    subject: `${name} ON ${table}`,
    message: `The policy ${name} on ${table} has an expression without app.user_id:${clauses(using, check)}.`,
    remedy: toScript(`DROP POLICY ${name} ON ${table}`),
  };
}

/** Commands that a role needs and no policy permits, and the policies that would permit them. */
interface MissingPolicies {
  role: JournalRole;
  commands: readonly Command[];
  policies: readonly ExpectedPolicy[];
}

/** @param valid the table's permissive policies, under any name, that are not too wide */
function missingPolicies(table: PackageTable, valid: readonly ExistingPolicy[]): readonly MissingPolicies[] {
  const missing = journalRoles
    .map((role) => missingFor(role, table, valid))
    .filter(({ commands }) => commands.length > 0);
  // The remedy drops an existing policy of the same name, so its commands can become missing too.
  const recreated = missing.flatMap(({ policies }) => policies.map(({ name }) => name));
  const kept = valid.filter(({ name }) => !recreated.includes(name));
  return kept.length === valid.length ? missing : missingPolicies(table, kept);
}

function missingFor(
  role: JournalRole,
  table: PackageTable,
  valid: readonly ExistingPolicy[],
): MissingPolicies {
  const commands = expectedOf(role, table)
    .map(({ command }) => command)
    .filter(
      (command) => !valid.some((policy) => policy.appliesTo.includes(role) && permits(policy, command)),
    );
  return { role, commands, policies: policiesFor(role, table, commands) };
}

const letters: Record<Command, ExistingPolicy['command']> = {
  SELECT: 'r',
  INSERT: 'a',
  UPDATE: 'w',
  DELETE: 'd',
};

function permits({ command: letter, using, check }: ExistingPolicy, command: Command): boolean {
  if (letter !== '*' && letter !== letters[command]) return false;
  return (command === 'INSERT' ? (check ?? using) : using) !== null;
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
