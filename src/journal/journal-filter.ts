import { z } from 'zod';
import { entryTypes, sharesOrExpirationTypes, type EntryType } from '../model/entry-type.js';
import type { OwnStatement } from '../driver/contract/contract.js';
import { EntrySelection } from './entry-selection.js';
import { checkReadInput, oneOf } from '../model/input-check.js';
import { storableDay, storableInstant, storableText } from '../model/storable.js';
import { literalList, quoteLiteral } from '../model/sql-text.js';

/** The keys of `MetaFilter`, each with the members of `JournalEntry.meta` that it looks at. */
const metaMembers = {
  trade: ['trade'],
  strategy: ['strategy'],
  roll: ['roll', 'rolledTo', 'rolledFrom'],
  tag: ['tag', 'tags'],
} as const;

type MetaKey = keyof typeof metaMembers;
const metaKeys = Object.keys(metaMembers) as MetaKey[];

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

const metaValue = storableText.min(1, 'must not be empty').optional();

/** The rules of a `MetaFilter`: without any key it would select everything. */
const metaFilter = z
  .strictObject({ trade: metaValue, strategy: metaValue, roll: metaValue, tag: metaValue })
  .refine((meta) => metaKeys.some((key) => meta[key] !== undefined), {
    message: `must have at least one of ${metaKeys.join(', ')}`,
  });

/** Adds the conditions of a filter. Each begins with the predicate of its partial index. */
function addMeta(selection: EntrySelection, filter: MetaFilter): void {
  for (const key of metaKeys) {
    const wanted = filter[key];
    if (wanted !== undefined)
      selection.and(`${hasMetaMember(key)} AND (${matchesMeta(key, selection.parameter(wanted))})`);
  }
}

/** The predicate of the partial index `idx_journal_live_meta_…`, in the words of the migration. */
function hasMetaMember(key: MetaKey): string {
  const [first, ...others] = metaMembers[key];
  if (others.length === 0) return `meta ? ${quoteLiteral(first)}`;
  return `meta ?| ARRAY[${literalList(metaMembers[key])}]`;
}

function matchesMeta(key: MetaKey, placeholder: string): string {
  const text = `to_jsonb(${placeholder}::text)`;
  if (key === 'tag')
    return `meta->'tag' = ${text} OR jsonb_typeof(meta->'tags') = 'array' AND meta->'tags' @> ${text}`;
  const equalities = metaMembers[key].map((member) => `meta->${quoteLiteral(member)} = ${text}`);
  return [...equalities, ...(key === 'roll' ? [`id = ${placeholder}`] : [])].join(' OR ');
}

/**
 * States of an entry for a filter. An entry can be both `open` and `closed`: the rules are those of
 * the browser application.
 *
 * - `live` (default): not deleted
 * - `open`: live, without an expiration or with one after `today`
 * - `closed`: live, and expired or of type expiration, assignment_shares or share_sale
 * - `deleted`: amended or removed
 * - `all`: live and deleted
 */
export const entryStatuses = ['live', 'open', 'closed', 'deleted', 'all'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** A filter of journal entries. An entry must match every given member. */
export interface JournalFilter {
  symbol?: string;
  type?: EntryType;
  accountId?: string;
  /** The earliest `ts`, inclusive. */
  from?: Date;
  /** The latest `ts`, inclusive. */
  to?: Date;
  status?: EntryStatus;
  /**
   * The day for `open` and `closed`, `YYYY-MM-DD`. Defaults to the UTC day of `asOf`, or of now.
   */
  today?: string;
  /**
   * The journal as it was at this instant: without entries appended later, and with entries deleted
   * later as live. The returned entries are in their present state, `deletedAt` included.
   */
  asOf?: Date;
  /** Keys of `meta` with their exact values, such as `{ strategy: 'wheel', tag: 'earnings' }`. */
  meta?: MetaFilter;
}

/** The rules of a filter. Requests with a filter extend them. */
export const journalFilter = z.strictObject({
  symbol: storableText.optional(),
  type: oneOf(entryTypes).optional(),
  accountId: storableText.optional(),
  from: storableInstant.optional(),
  to: storableInstant.optional(),
  status: oneOf(entryStatuses).optional(),
  today: storableDay.optional(),
  asOf: storableInstant.optional(),
  meta: metaFilter.optional(),
} satisfies Record<keyof JournalFilter, z.ZodType>);

/** @throws InvalidInputError */
export function checkFilter(filter: JournalFilter): JournalFilter {
  return checkReadInput<JournalFilter>('filter', journalFilter, filter);
}

/**
 * Plan mode for a checked filter. For an unknown `ts` range PostgreSQL's generic plan assumes 0.5 %
 * selectivity and scans the ts index; use a custom plan unless the (symbol, type) index applies.
 */
export function planOf(filter: JournalFilter): OwnStatement<unknown>['plan'] {
  if (Object.values(filter).every((value) => value === undefined)) return 'generic';
  const { from, to, symbol, type } = filter;
  return from && to && !(symbol && type) ? 'custom' : undefined;
}

/** The conditions of a checked filter on a user's entries. */
export function filteredEntries(userId: string, filter: JournalFilter): EntrySelection {
  const selection = new EntrySelection(userId);
  for (const [member, comparison] of comparisonList) {
    const value = filter[member];
    if (value !== undefined) selection.and(`${comparison} ${selection.parameter(textOf(value))}`);
  }
  addMeta(selection, filter.meta ?? {});
  addStatus(selection, filter);
  return selection;
}

/** Members that need more than the comparison of one column with one value. */
type OtherMember = 'meta' | 'status' | 'today' | 'asOf';
type ComparedMember = Exclude<keyof JournalFilter, OtherMember>;

/** The comparison of a column with the value of a member. A missing member is a compile error. */
const comparisons: Readonly<Record<ComparedMember, string>> = {
  symbol: 'symbol =',
  type: 'type =',
  accountId: 'account_id =',
  from: 'ts >=',
  to: 'ts <=',
};
const comparisonList = Object.entries(comparisons) as [ComparedMember, string][];

function textOf(value: string | Date): string {
  return value instanceof Date ? value.toISOString() : value;
}

function addStatus(selection: EntrySelection, filter: JournalFilter): void {
  const { status = 'live', asOf } = filter;
  if (asOf) {
    const instant = selection.parameter(asOf.toISOString());
    selection.and(`created_at <= ${instant}`);
    if (status === 'deleted') selection.and(`deleted_at <= ${instant}`);
    else if (status !== 'all') selection.and(`(deleted_at IS NULL OR deleted_at > ${instant})`);
  } else if (status === 'deleted') selection.and('deleted_at IS NOT NULL');
  else if (status !== 'all') selection.and('deleted_at IS NULL');

  const { today = (asOf ?? new Date()).toISOString().slice(0, 10) } = filter;
  if (status === 'open') selection.and(`(expiration IS NULL OR expiration > ${selection.parameter(today)})`);
  if (status === 'closed')
    selection.and(`(expiration <= ${selection.parameter(today)} OR type IN (${closingTypes}))`);
}

const closingTypes = literalList(sharesOrExpirationTypes);
