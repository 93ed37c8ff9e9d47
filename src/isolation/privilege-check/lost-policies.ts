import { expectedOf, journalRoles } from './expected-grants.js';
import type { Command, JournalRole, PackageTable } from './expected-grants.js';
import { policiesFor } from './expected-policies.js';
import type { ExpectedPolicy } from './expected-policies.js';
import type { ExistingPolicy } from './privilege-facts.js';

/** Commands that a role needs and no policy permits, and the policies that would permit them. */
export interface MissingPolicies {
  role: JournalRole;
  commands: readonly Command[];
  policies: readonly ExpectedPolicy[];
}

/** @param valid the table's permissive policies, under any name, that are not too wide */
export function missingPolicies(
  table: PackageTable,
  valid: readonly ExistingPolicy[],
): readonly MissingPolicies[] {
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
