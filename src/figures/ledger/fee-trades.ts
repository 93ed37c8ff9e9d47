import type { Holding } from './holdings.js';
import { isOptionPremium, isShares } from './ledger-entry.js';
import type { LedgerEntry } from './ledger-entry.js';

/** The ids of fees extend those of their trades: `put-1:fee`, `roll-1:close-fee`. */
const feeSuffix = /[:-]fee$/;
const suffixLength = ':fee'.length;

/** Which entry replaced which, by `amend` or `restore`. */
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

/** The trades to which fees belong. docs/reference/figure-rules.md has the rules. */
export class FeeTrades {
  readonly #trades: readonly LedgerEntry[] = [];
  readonly #byId = new Map<string, LedgerEntry>();
  /** True if a fee names its trade by the id of an entry that may have been replaced. */
  readonly needsVersions: boolean = false;
  #byInstant: Map<Holding, Map<number, LedgerEntry | null>> | undefined;
  #versions: EntryVersions | undefined;

  constructor(entries: readonly LedgerEntry[]) {
    const fees = entries.filter(({ type }) => type === 'fee');
    if (fees.length === 0) return;
    this.#trades = entries.filter(isTrade);
    for (const trade of this.#trades) this.#byId.set(trade.id, trade);
    this.needsVersions = fees.some((fee) => {
      const named = tradeIdOf(fee.id);
      if (named === undefined) return fee.terms?.replaces != null;
      return !this.#byId.has(named);
    });
  }

  /** @param versions of all entries of the user */
  know(versions: EntryVersions): void {
    this.#versions = versions;
  }

  /** The trade that a fee names, or else the only one of its account, symbol and instant. */
  tradeOf(fee: LedgerEntry): LedgerEntry | undefined {
    return this.#named(fee) ?? this.#beside(fee) ?? undefined;
  }

  #named(fee: LedgerEntry): LedgerEntry | undefined {
    for (const name of this.#versions?.before(fee.id) ?? [fee.id]) {
      const named = tradeIdOf(name);
      if (named === undefined) continue;
      for (const id of this.#versions?.from(named) ?? [named]) {
        const trade = this.#byId.get(id);
        if (trade) return trade;
      }
    }
    return undefined;
  }

  /** Most fees name their trade: the index by instant is made for the first that does not. */
  #beside(fee: LedgerEntry): LedgerEntry | null | undefined {
    this.#byInstant ??= onlyTrades(this.#trades);
    return this.#byInstant.get(fee.holding)?.get(fee.ts);
  }
}

/** The id that the id of a fee extends. */
function tradeIdOf(feeId: string): string | undefined {
  return feeSuffix.test(feeId) ? feeId.slice(0, -suffixLength) : undefined;
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

/** Follows links. The database does not rule out a circle, which ends the chain. */
function* chain(id: string, links: ReadonlyMap<string, string>): Iterable<string> {
  const seen = new Set<string>();
  for (let next: string | undefined = id; next !== undefined && !seen.has(next); next = links.get(next)) {
    seen.add(next);
    yield next;
  }
}
