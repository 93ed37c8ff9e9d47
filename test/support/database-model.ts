import type { JournalEntry, JournalFilter, MetaFilter } from '../../src/index.js';

/** Whether an entry matches a filter: an oracle in memory. */
export function passes(entry: JournalEntry, filter: JournalFilter): boolean {
  const { symbol, type, accountId, from, to, meta = {}, status = 'live', asOf, today, ...others } = filter;
  // A new member of `JournalFilter` is a compile error until this function compares it.
  others satisfies Record<string, never>;
  const day = today ?? (asOf ?? new Date()).toISOString().slice(0, 10);
  const expired = entry.expiration !== null && entry.expiration <= day;
  const closes = ['expiration', 'assignment_shares', 'share_sale'].includes(entry.type);
  const live = entry.deletedAt === null || (asOf !== undefined && entry.deletedAt > asOf);
  const inStatus = {
    all: true,
    live,
    deleted: !live,
    open: live && !expired,
    closed: live && (expired || closes),
  };
  return (
    inStatus[status] &&
    (asOf === undefined || entry.createdAt <= asOf) &&
    (symbol === undefined || entry.symbol === symbol) &&
    (type === undefined || entry.type === type) &&
    (accountId === undefined || entry.accountId === accountId) &&
    (from === undefined || entry.ts >= from) &&
    (to === undefined || entry.ts <= to) &&
    passesMeta(entry, meta)
  );
}

function passesMeta({ id, meta }: JournalEntry, { trade, strategy, roll, tag }: MetaFilter): boolean {
  const links = [meta.roll, meta.rolledTo, meta.rolledFrom];
  const tags = Array.isArray(meta.tags) ? meta.tags : [];
  const isLeg = links.some((link) => link !== undefined);
  return (
    (trade === undefined || meta.trade === trade) &&
    (strategy === undefined || meta.strategy === strategy) &&
    (roll === undefined || links.includes(roll) || (isLeg && id === roll)) &&
    (tag === undefined || meta.tag === tag || tags.includes(tag))
  );
}

/** Sorts by descending timestamp, then by descending id in code point order. */
export function newestFirst(a: JournalEntry, b: JournalEntry): number {
  return b.ts.getTime() - a.ts.getTime() || Buffer.compare(Buffer.from(b.id), Buffer.from(a.id));
}
