import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { addTo } from '../../model/group-by.js';
import type { Breach } from './problem.js';
import type { Guarded } from './rules.js';

/** Kinds of squawk's rules. Rules that are not listed, such as new ones, count as `lock`. */
export const squawkRules: Readonly<Record<string, Guarded>> = {
  'ban-char-field': 'name',
  'ban-create-domain-with-constraint': 'name',
  'ban-drop-column': 'release',
  'ban-drop-not-null': 'release',
  'ban-drop-table': 'release',
  'ban-truncate-cascade': 'release',
  'identifier-too-long': 'name',
  'prefer-timestamp-tz': 'name',
  'renaming-column': 'release',
  'renaming-table': 'release',
  'require-enum-value-ordering': 'name',
};

const excludedRules = [
  // A migration run sets the timeouts itself, and retries blocked migrations.
  'require-lock-timeout',
  'require-statement-timeout',
  'prefer-robust-stmts',
  // Replaced by `set-not-null` and `table-rewrite`, which use the catalog.
  'adding-not-nullable-field',
  'adding-field-with-default',
  // Rules of style.
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-identity',
  'prefer-text-field',
];

/**
 * Checks the statements of one direction of a migration, in their order, with squawk.
 *
 * @returns the broken rules by statement
 * @throws Error if squawk is not installed or fails
 */
export function findWithSquawk<Unit extends { text: string }>(
  units: readonly Unit[],
  isInTransaction: boolean,
): Map<Unit, Breach[]> {
  const lines = units.flatMap((unit) => unit.text.split('\n').map(() => unit));
  const findings = runSquawk(units.map(({ text }) => `${text};`).join('\n'), isInTransaction);
  const breaches = new Map<Unit, Breach[]>();
  for (const { line, rule_name: rule, message, help } of findings) {
    // No finding is lost: one behind the last line belongs to the last statement.
    const unit = lines[line] ?? units.at(-1);
    if (unit) addTo(breaches, unit, { rule, reason: help === null ? message : `${message} ${help}` });
  }
  return breaches;
}

interface Finding {
  line: number;
  rule_name: string;
  message: string;
  help: string | null;
}

function runSquawk(sql: string, isInTransaction: boolean): Finding[] {
  const options = [
    ...['--reporter', 'json', '--pg-version', '15'],
    isInTransaction ? '--assume-in-transaction' : '--no-assume-in-transaction',
    ...excludedRules.map((rule) => `--exclude=${rule}`),
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [squawkProgram(), ...options], {
    ...{ input: sql, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  });
  // The exit code does not help: it is 1 for findings and for failures.
  if (!stdout.startsWith('[')) throw new Error(`squawk ended with ${status}: ${stderr.trim() || stdout}`);
  return JSON.parse(stdout) as Finding[];
}

function squawkProgram(): string {
  try {
    return createRequire(import.meta.url).resolve('squawk-cli/js/bin/squawk');
  } catch (error) {
    const advice = 'npm install --save-dev "squawk-cli@^2.61.0"';
    throw new Error(`checkMigrations needs squawk: ${advice}.`, { cause: error });
  }
}
