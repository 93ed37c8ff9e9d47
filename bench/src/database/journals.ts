import type { EntryRecord } from 'trading-journal-database';
import { generateJournal, sampleAccounts } from 'trading-journal-database/testing';
import { totalsEntries } from './size.js';
import type { Size } from './size.js';
import { heavyNumber, loadNumber, totalsNumber } from './user-ids.js';

/** An account that was given up before the other accounts were opened. */
export const formerAccount = { id: 'acct-3', name: 'Former' };
/** A symbol that was traded only in the former account. */
export const rareSymbol = 'GME';
/** The accounts of every user. */
export const accounts = [...sampleAccounts, formerAccount];

/** The journal of the n-th user; deterministic for a size. */
export function* journalOf(n: number, size: Size): Generator<EntryRecord, void> {
  const entries = shareOf(n, size);
  if (n === totalsNumber) yield* first(entries, withoutMistakes(traded(n, entries + roomForMistakes)));
  else yield* traded(n, entries);
}

/** The number of entries of the n-th user. */
function shareOf(n: number, { entries, users, heavy }: Size): number {
  if (n === loadNumber) return 0;
  if (n === heavyNumber) return heavy;
  if (n === totalsNumber) return totalsEntries;
  const [ordinary, rest] = [users - totalsNumber, entries - heavy - totalsEntries];
  return Math.floor(rest / ordinary) + (n - totalsNumber <= rest % ordinary ? 1 : 0);
}

/**
 * A hundredth of the entries in the former account, followed by a journal as of `journal-db seed`.
 */
function* traded(seed: number, entries: number): Generator<EntryRecord, void> {
  const former = Math.floor(entries / 100);
  const later = generateJournal({ seed, entries: entries - former });
  const begin = later.next();
  if (begin.done) return;
  const until = begin.value.ts.toISOString().slice(0, 10);
  for (const record of generateJournal({ seed: -seed, entries: former, until }))
    yield inFormerAccount(record);
  yield begin.value;
  yield* later;
}

/** Moves a record to the former account. The rare symbol replaces a symbol with a similar price. */
function inFormerAccount({ id, originalEntryId, meta, symbol, ...record }: EntryRecord): EntryRecord {
  return {
    ...record,
    id: formerId(id),
    accountId: formerAccount.id,
    symbol: symbol === 'PLTR' ? rareSymbol : symbol,
    meta: Object.fromEntries(
      Object.entries(meta ?? {}).map(([name, value]) => [
        name,
        isLink(name) ? formerId(String(value)) : value,
      ]),
    ),
    ...(originalEntryId && { originalEntryId: formerId(originalEntryId) }),
  };
}

const formerId = (id: string) => `former-${id}`;
const isLink = (name: string) => name === 'rolledTo' || name === 'rolledFrom';

/** An upper bound for the number of deleted entries among 1,100. */
const roomForMistakes = 100;

/** The records without corrections, as if every entry had been right at first. */
function* withoutMistakes(records: Iterable<EntryRecord>): Generator<EntryRecord, void> {
  for (const { originalEntryId, ...record } of records) {
    if (!record.deletedAt) yield { ...record, id: originalEntryId ?? record.id };
  }
}

function* first<T>(most: number, things: Iterable<T>): Generator<T, void> {
  let taken = 0;
  for (const thing of things) {
    if (taken === most) return;
    taken += 1;
    yield thing;
  }
}
