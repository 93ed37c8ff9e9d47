import type { Holding } from './holdings.js';
import { compareEntries, isOptionPremium, isShares, type LedgerEntry } from './ledger-entry.js';

/** The ids of fees extend those of their trades: `put-1:fee`, `roll-1:close-fee`. */
const feeSuffixes = [':fee', '-fee'] as const;

/** The links between entries and their replacements, by `amend` or `restore`. */
export class EntryVersions {
  readonly #next = new Map<string, string>();
  readonly #previous = new Map<string, string>();

  add(replaced: string, replacement: string): void {
    this.#next.set(replaced, replacement);
    this.#previous.set(replacement, replaced);
  }

  /** The id, and those of the entries that replaced it, the oldest first. */
  from(id: string): Iterable<string> {
    return chain(id, this.#next);
  }

  /** The id, and those of the entries that it replaced, the newest first. */
  before(id: string): Iterable<string> {
    return chain(id, this.#previous);
  }
}

/**
 * Adds the cash of each fee to the trade to which it belongs: the trade that the fee names, or
 * else, if it names no entry of the journal, the only trade of its account, symbol and instant.
 * docs/reference/figure-rules.md has the rules.
 *
 * @param readVersions reads the versions of all entries of the user; called only if a fee names an
 *   entry that may have been replaced
 * @param findIds returns the ids that entries of the user have, live or not, as known at the
 *   instant of the request; called only if a fee names an entry that the ledger does not read
 * @returns the entries that are no fees, and the fees that belong to no trade, in the order of the
 * ledger
 */
export async function assignFees(
  entries: readonly LedgerEntry[],
  readVersions: () => Promise<EntryVersions>,
  findIds: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<{ others: LedgerEntry[]; unassigned: LedgerEntry[] }> {
  const fees = entries.filter(({ type }) => type === 'fee');
  const others = entries.filter(({ type }) => type !== 'fee');
  if (fees.length === 0) return { others, unassigned: [] };
  const unassigned: LedgerEntry[] = [];
  /** Returns false without an entry. */
  const assign = (fee: LedgerEntry, entry: LedgerEntry | null | undefined): boolean => {
    if (!entry) return false;
    if (isTrade(entry)) entry.tradeCash += fee.amount;
    else unassigned.push(fee);
    return true;
  };
  const byId = new Map<string, LedgerEntry>();
  for (const entry of others) byId.set(entry.id, entry);
  const withoutEntry = fees.filter((fee) => !assign(fee, byId.get(tradeIdOf(fee.id) ?? '')));
  const versions = withoutEntry.some(namesEntry) ? await readVersions() : new EntryVersions();
  const unmatched = withoutEntry.filter((fee) => !assign(fee, namedBy(fee, byId, versions)));
  const names = unmatched.flatMap((fee) => namesOf(fee, versions));
  // A dividend, or a trade that was removed: its fee belongs to no other trade.
  const unread = names.length === 0 ? new Set<string>() : await findIds(names);
  const isOfUnread = (fee: LedgerEntry) => namesOf(fee, versions).some((id) => unread.has(id));
  const instants = new Set(unmatched.map(({ ts }) => ts));
  const tradesByInstant = onlyTrades(others.filter((entry) => instants.has(entry.ts) && isTrade(entry)));
  for (const fee of unmatched)
    if (isOfUnread(fee) || !assign(fee, tradesByInstant.get(fee.holding)?.get(fee.ts))) unassigned.push(fee);
  return { others, unassigned: unassigned.sort(compareEntries) };
}

/** True for a fee that names an entry: the id of a trade, or the fee that it replaced. */
function namesEntry({ id, terms }: LedgerEntry): boolean {
  return tradeIdOf(id) !== undefined || terms?.replaces != null;
}

/** The entry that a fee names, in any version of both. */
function namedBy(
  fee: LedgerEntry,
  byId: ReadonlyMap<string, LedgerEntry>,
  versions: EntryVersions,
): LedgerEntry | undefined {
  for (const name of namesOf(fee, versions))
    for (const id of versions.from(name)) {
      const trade = byId.get(id);
      if (trade) return trade;
    }
  return undefined;
}

/** The ids of entries that a fee names: by its own id, then by the ids of the fees it replaced. */
function namesOf({ id }: LedgerEntry, versions: EntryVersions): string[] {
  return [...versions.before(id)].flatMap((feeId) => tradeIdOf(feeId) ?? []);
}

/** The id that the id of a fee extends. */
function tradeIdOf(feeId: string): string | undefined {
  return feeSuffixes.some((suffix) => feeId.endsWith(suffix)) ? feeId.slice(0, -':fee'.length) : undefined;
}

/** The trades that are the only one of their account, symbol and instant. */
function onlyTrades(trades: readonly LedgerEntry[]): Map<Holding, Map<number, LedgerEntry | null>> {
  const found = new Map<Holding, Map<number, LedgerEntry | null>>();
  for (const trade of trades) {
    const instants = found.get(trade.holding) ?? new Map<number, LedgerEntry | null>();
    found.set(trade.holding, instants.set(trade.ts, instants.has(trade.ts) ? null : trade));
  }
  return found;
}

/** An expiration that closes nothing is no trade: the browser application writes it in advance. */
function isTrade({ type, ends }: LedgerEntry): boolean {
  return isShares(type) || (isOptionPremium(type) && (type !== 'expiration' || ends !== null));
}

/** Follows links. The database does not rule out a cycle, which ends the chain. */
function* chain(id: string, links: ReadonlyMap<string, string>): Iterable<string> {
  const seen = new Set<string>();
  for (let next: string | undefined = id; next !== undefined && !seen.has(next); next = links.get(next)) {
    seen.add(next);
    yield next;
  }
}
