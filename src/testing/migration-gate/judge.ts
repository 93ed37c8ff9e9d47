import { groupBy } from '../../model/group-by.js';
import { existingTargets, type JudgedUnit, type Statement } from './statements.js';
import { problemOf, type Breach, type Direction, type MigrationProblem } from './problem.js';
import type { Run } from './try-migration.js';
import { ownRules, rewriteRule, type Guarded } from './rules.js';
import { findWithSquawk, squawkRules } from './squawk.js';

interface JudgedStatement extends Statement {
  units: JudgedUnit[];
}

/** Reports broken rules that are not waived, and invalid waivers. */
export function judge({ sent, migration, direction, isInTransaction }: Run): MigrationProblem[] {
  const existing = sent[0]?.before;
  if (existing === undefined) return [];
  const statements = sent.map(({ statement, ...around }): JudgedStatement => {
    const units = statement.units.map((unit) => ({ ...unit, ...around, existing }));
    return { ...statement, units };
  });
  const units = statements.flatMap((statement) => statement.units);
  const bySquawk = findWithSquawk(units, isInTransaction);
  return statements.flatMap((statement) => {
    const breaches = [
      ...statement.units.flatMap((unit) =>
        (bySquawk.get(unit) ?? []).filter(({ rule }) => isInForce(rule, unit, direction)),
      ),
      ...(statement.obscurity ? [statement.obscurity] : []),
      ...[...ownRules, rewriteRule].filter(
        (rule) => applies(rule.guards, direction) && statement.units.some((unit) => rule.isBroken(unit)),
      ),
    ];
    return afterWaivers(statement, breaches).map(({ rule, reason }) =>
      problemOf(migration, rule, reason, { direction, statement: statement.text }),
    );
  });
}

/** Whether a rule of squawk counts: squawk does not know which tables the migration has created. */
function isInForce(rule: string, unit: JudgedUnit, direction: Direction): boolean {
  const guards = squawkRules[rule] ?? 'lock';
  return applies(guards, direction) && (guards === 'name' || existingTargets(unit)?.length !== 0);
}

function applies(guards: Guarded, direction: Direction): boolean {
  return guards === 'lock' || direction === 'up';
}

function afterWaivers(statement: Statement, breaches: readonly Breach[]): Breach[] {
  const { rules, mistakes } = readWaivers(statement);
  const broken = groupBy(breaches, ({ rule }) => rule).flatMap(([, [first]]) => first ?? []);
  const left = broken.filter(({ rule }) => !rules.includes(rule));
  const idle = rules.filter((rule) => !broken.some((breach) => breach.rule === rule));
  return [
    ...left.filter((breach) => breach !== rewriteRule || left.length === 1),
    ...mistakes.map((reason) => ({ rule: 'waiver', reason })),
    ...idle.map((rule) => ({
      rule: 'waiver',
      reason: `It waives ${rule}, which the statement does not break.`,
    })),
  ];
}

/** Reads comments of the form `-- waived <rule>: <reason>`, and reports the mistakes in them. */
function readWaivers({ comments }: Statement): { rules: string[]; mistakes: string[] } {
  const rules: string[] = [];
  const mistakes: string[] = [];
  for (const comment of comments) {
    if (!/^(--|\/\*)\s*waive/i.test(comment)) continue;
    const [, rule, reason] = /^-- waived ([a-z-]+): (.*)$/.exec(comment) ?? [];
    if (rule !== undefined && reason !== undefined && reason.trim().length >= 10) rules.push(rule);
    else
      mistakes.push(
        `"${comment}" is not a valid waiver: write "-- waived <rule>: <reason>", with a reason that a reader can judge.`,
      );
  }
  return { rules, mistakes };
}
