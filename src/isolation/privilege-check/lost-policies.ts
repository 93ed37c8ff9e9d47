import { expectedOf, journalRoles } from './expected-grants.js';
import type { Command, JournalRole, PackageTable } from './expected-grants.js';
import { policiesFor } from './expected-policies.js';
import type { ExpectedPolicy } from './expected-policies.js';
import type { PolicyFacts } from './privilege-facts.js';

/**
 * What no policy lets a role do on a table though it needs to, and the policies to make for that.
 */
export interface LostPolicies {
  role: JournalRole;
  commands: readonly Command[];
  policies: readonly ExpectedPolicy[];
}

/** By the sound permissive policies of a table of the package, whatever their names are. */
export function lostPolicies(table: PackageTable, sound: readonly PolicyFacts[]): readonly LostPolicies[] {
  const lost = journalRoles
    .map((role) => lostOf(role, table, sound))
    .filter(({ commands }) => commands.length > 0);
  // A policy that is made takes the place of one of its name, and what that one lets has to be let
  // as well.
  const made = lost.flatMap(({ policies }) => policies.map(({ name }) => name));
  const staying = sound.filter(({ name }) => !made.includes(name));
  return staying.length === sound.length ? lost : lostPolicies(table, staying);
}

function lostOf(role: JournalRole, table: PackageTable, sound: readonly PolicyFacts[]): LostPolicies {
  const commands = expectedOf(role, table)
    .map(({ command }) => command)
    .filter((command) => !sound.some((policy) => policy.appliesTo.includes(role) && lets(policy, command)));
  return { role, commands, policies: policiesFor(role, table, commands) };
}

const letters: Record<Command, PolicyFacts['command']> = {
  SELECT: 'r',
  INSERT: 'a',
  UPDATE: 'w',
  DELETE: 'd',
};

function lets({ command: letter, using, check }: PolicyFacts, command: Command): boolean {
  if (letter !== '*' && letter !== letters[command]) return false;
  return (command === 'INSERT' ? (check ?? using) : using) !== null;
}
