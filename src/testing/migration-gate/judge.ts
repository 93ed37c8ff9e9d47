import { existingTargets, readStatements } from './statements.js';
import type { JudgedUnit, Parser, Statement } from './statements.js';
import { problemOf, type Direction, type MigrationProblem } from './problem.js';
import type { Run } from './try-migration.js';
import { ownRules, rewriteRule, type Guarded } from './rules.js';
import { findWithSquawk, squawkRules } from './squawk.js';

interface Breach {
  rule: string;
  reason: string;
}

interface JudgedStatement extends Statement {
  judged: JudgedUnit[];
}

/** Reports broken rules that are not waived, and invalid waivers. */
export function judge(parser: Parser, run: Run): MigrationProblem[] {
  const existing = run.sent[0]?.before;
  if (existing === undefined) return [];
  const statements = run.sent.flatMap(({ sql, before, after, isInTransaction }) =>
    readStatements(parser, sql).map((statement): JudgedStatement => {
      const context = { before, after, existing, isInTransaction };
      return { ...statement, judged: statement.units.map((unit) => ({ ...unit, ...context })) };
    }),
  );
  const bySquawk = squawkBreaches(statements, run);
  return statements.flatMap((statement) => {
    const breaches = [...(bySquawk.get(statement) ?? []), ...ownBreaches(statement, run.direction)];
    return afterWaivers(statement, breaches).map(({ rule, reason }) =>
      problemOf(run.migration, rule, reason, { direction: run.direction, statement: statement.text }),
    );
  });
}

function squawkBreaches(
  statements: readonly JudgedStatement[],
  { direction, isInTransaction }: Run,
): Map<JudgedStatement, Breach[]> {
  const units = statements.flatMap((statement) => statement.judged.map((judged) => ({ statement, judged })));
  const texts = units.map(({ judged }) => judged.text);
  const breaches = new Map<JudgedStatement, Breach[]>();
  for (const { index, rule, reason } of findWithSquawk(texts, isInTransaction)) {
    const unit = units[index];
    const guards = squawkRules[rule] ?? 'lock';
    if (unit === undefined || !applies(guards, direction)) continue;
    if (guards !== 'name' && existingTargets(unit.judged)?.length === 0) continue;
    breaches.set(unit.statement, [...(breaches.get(unit.statement) ?? []), { rule, reason }]);
  }
  return breaches;
}

function ownBreaches({ judged, obscurity }: JudgedStatement, direction: Direction): Breach[] {
  const broken = ownRules.filter(
    (rule) => applies(rule.guards, direction) && judged.some((unit) => rule.isBroken(unit)),
  );
  return [...(obscurity ? [obscurity] : []), ...broken.map(({ name, reason }) => ({ rule: name, reason }))];
}

function applies(guards: Guarded, direction: Direction): boolean {
  return guards === 'lock' || direction === 'up';
}

function afterWaivers(statement: JudgedStatement, breaches: readonly Breach[]): Breach[] {
  const { rules, mistakes } = readWaivers(statement);
  const isRewritten = statement.judged.some((unit) => rewriteRule.isBroken(unit));
  const broken = isRewritten
    ? [...breaches, { rule: rewriteRule.name, reason: rewriteRule.reason }]
    : breaches;
  const left = broken.filter(
    ({ rule }, index) => !rules.includes(rule) && broken.findIndex((one) => one.rule === rule) === index,
  );
  return [
    ...left.filter(({ rule }) => rule !== rewriteRule.name || left.length === 1),
    ...mistakes.map((reason) => ({ rule: 'waiver', reason })),
    ...rules
      .filter((rule) => !broken.some((breach) => breach.rule === rule))
      .map((rule) => ({ rule: 'waiver', reason: `It waives ${rule}, which the statement does not break.` })),
  ];
}

/** The rules that the comments of a statement waive, and the mistakes in these comments. */
interface Waivers {
  rules: string[];
  mistakes: string[];
}

/** Reads comments of the form `-- waived <rule>: <reason>`. */
function readWaivers({ comments }: Statement): Waivers {
  const waivers: Waivers = { rules: [], mistakes: [] };
  for (const comment of comments) {
    if (!/^(--|\/\*)\s*waive/i.test(comment)) continue;
    const [, rule, reason] = /^-- waived ([a-z-]+): (.*)$/.exec(comment) ?? [];
    if (rule === undefined || reason === undefined || reason.trim().length < 10)
      waivers.mistakes.push(
        `"${comment}" is not a valid waiver: write "-- waived <rule>: <reason>", with a reason that a reader can judge.`,
      );
    else waivers.rules.push(rule);
  }
  return waivers;
}
