import type { PrivilegeFinding } from '../errors/index.js';
import { authRole } from '../scope/roles.js';
import { expectedOf, journalRoles } from './expected-grants.js';
import type { Command, JournalRole, PackageTable } from './expected-grants.js';
import type { PolicyFacts, PrivilegeFacts, RelationFacts } from './privilege-facts.js';
import { namesUser, ownRows, sentences } from './sql-text.js';

/**
 * Whether each command that a role needs on a table of the package has a policy, and none is too wide. Their names, and how many
 * there are, do not matter.
 */
export function policyFindings({ relations, policies }: PrivilegeFacts): PrivilegeFinding[] {
  return relations.flatMap((relation) => {
    const { table } = relation;
    if (table === null) return [];
    const here = policies.filter((policy) => policy.table === table);
    const wide = here.filter(isTooWide);
    return [
      ...wide.map(({ name, using, check }): PrivilegeFinding => ({
        code: 'POLICY_TOO_WIDE',
        subject: `${name} ON ${relation.name}`,
        message: `The policy ${name} on ${relation.name} does not ask for app.user_id everywhere: ${shown(using, check)}.`,
        remedy: sentences(`DROP POLICY ${name} ON ${relation.name}`),
      })),
      ...journalRoles.flatMap((role) =>
        missing(
          role,
          table,
          relation,
          here.filter((policy) => !wide.includes(policy)),
        ),
      ),
    ];
  });
}

/** Sign-in has to reach all users; apart from that, no policy that a statement can make use of may open all rows. */
function isTooWide({ table, using, check, reachable }: PolicyFacts): boolean {
  const reaching = reachable.filter((role) => !(table === 'users' && role === authRole));
  return (
    reaching.length > 0 && [using, check].some((expression) => expression !== null && !namesUser(expression))
  );
}

function missing(
  role: JournalRole,
  table: PackageTable,
  { name, bare }: RelationFacts,
  policies: readonly PolicyFacts[],
): PrivilegeFinding[] {
  const commands = expectedOf(role, table).map(({ command }) => command);
  const open = commands.filter(
    (command) => !policies.some((policy) => policy.appliesTo.includes(role) && lets(policy, command)),
  );
  if (open.length === 0) return [];
  const whose = role === authRole ? 'all' : 'own';
  const rows = role === authRole ? 'true' : ownRows(table === 'users' ? 'id' : 'user_id');
  const statements = open.map(
    (command) =>
      `CREATE POLICY ${whose}_${bare}_${command.toLowerCase()} ON ${name} FOR ${command} TO ${role}${clauses(command, rows)}`,
  );
  return [
    {
      code: 'POLICY_MISSING',
      subject: name,
      message: `No policy lets ${role} ${open.join(', ')} on ${name}, so that it reaches no row.`,
      remedy: sentences(...statements),
    },
  ];
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

function clauses(command: Command, rows: string): string {
  const using = command === 'INSERT' ? '' : ` USING (${rows})`;
  const check = command === 'INSERT' || command === 'UPDATE' ? ` WITH CHECK (${rows})` : '';
  return using + check;
}

function shown(using: string | null, check: string | null): string {
  return [using === null ? [] : `USING ${using}`, check === null ? [] : `WITH CHECK ${check}`]
    .flat()
    .join(' ');
}
