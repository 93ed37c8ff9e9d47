import { ownRules, rewriteRule } from './rules.js';
import { squawkRules } from './squawk.js';
import type { Statement } from './statements.js';

/** The rules that the comments of a statement waive, and the mistakes in these comments. */
export interface Waivers {
  rules: string[];
  mistakes: string[];
}

const known = new Set([
  ...[...ownRules, rewriteRule].map(({ name }) => name),
  ...Object.keys(squawkRules),
  ...['opaque-block', 'unparsable'],
]);

/** Reads comments of the form `-- waived <rule>: <reason>`. */
export function readWaivers({ comments }: Statement): Waivers {
  const waivers: Waivers = { rules: [], mistakes: [] };
  for (const comment of comments) {
    if (!/^(--|\/\*)\s*waive/i.test(comment)) continue;
    const [, rule, reason] = /^-- waived ([a-z-]+): (.*)$/.exec(comment) ?? [];
    if (rule === undefined || reason === undefined || reason.trim().length < 10)
      waivers.mistakes.push(
        `"${comment}" is not a valid waiver: write "-- waived <rule>: <reason>", with a reason that a reader can judge.`,
      );
    else if (!known.has(rule)) waivers.mistakes.push(`"${comment}" waives an unknown rule.`);
    else waivers.rules.push(rule);
  }
  return waivers;
}
