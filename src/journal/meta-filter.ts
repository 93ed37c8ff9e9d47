import { z } from 'zod';
import { literalList, quoteLiteral } from '../model/sql-text.js';
import { storableText } from '../model/storable.js';
import type { Parameter } from './entry-selection.js';

/** The keys of `MetaFilter`, each with the members of `JournalEntry.meta` that it looks at. */
const members = {
  trade: ['trade'],
  strategy: ['strategy'],
  roll: ['roll', 'rolledTo', 'rolledFrom'],
  tag: ['tag', 'tags'],
} as const;

type MetaKey = keyof typeof members;
const metaKeys = Object.keys(members) as MetaKey[];

/**
 * Conditions on `JournalEntry.meta`, joined by AND. Values are compared exactly, by case and blanks
 * too. A number in `meta` never equals a text.
 */
export interface MetaFilter {
  /** `meta.trade`. */
  trade?: string;
  /** `meta.strategy`, such as `wheel`. */
  strategy?: string;
  /**
   * `meta.roll`, or the id of a leg: the closing id or the opening id selects both legs, which
   * `meta.rolledTo` and `meta.rolledFrom` link.
   */
  roll?: string;
  /** `meta.tag`, or an element of the array `meta.tags`. */
  tag?: string;
}

const value = storableText.min(1, 'must not be empty').optional();

/** The rules of a `MetaFilter`: without any key it would select everything. */
export const metaFilter = z
  .strictObject({ trade: value, strategy: value, roll: value, tag: value })
  .refine((meta) => metaKeys.some((key) => meta[key] !== undefined), {
    message: `must have at least one of ${metaKeys.join(', ')}`,
  });

/** The SQL conditions of a checked filter. Each begins with the predicate of its partial index. */
export function metaConditions(filter: MetaFilter, parameter: Parameter): string[] {
  return metaKeys.flatMap((key) => {
    const wanted = filter[key];
    return wanted === undefined ? [] : [`${hasKey(key)} AND (${matches(key, parameter(wanted))})`];
  });
}

/** The predicate of the partial index `idx_journal_live_meta_…`, in the words of the migration. */
function hasKey(key: MetaKey): string {
  const [first, ...others] = members[key];
  if (others.length === 0) return `meta ? ${quoteLiteral(first)}`;
  return `meta ?| ARRAY[${literalList(members[key])}]`;
}

function matches(key: MetaKey, placeholder: string): string {
  const text = `to_jsonb(${placeholder}::text)`;
  if (key === 'tag')
    return `meta->'tag' = ${text} OR jsonb_typeof(meta->'tags') = 'array' AND meta->'tags' @> ${text}`;
  const equalities = members[key].map((member) => `meta->${quoteLiteral(member)} = ${text}`);
  return [...equalities, ...(key === 'roll' ? [`id = ${placeholder}`] : [])].join(' OR ');
}
