import type { DecimalString } from '../../model/decimal.js';
import type { UserScope } from '../../isolation/user-scope.js';
import { concerns, type DayRequest } from '../../figures/figure-request.js';
import { compareBytes } from '../../figures/ledger/byte-order.js';
import { dayOf, dayText, type Day } from '../../figures/ledger/calendar.js';
import { contractIfKnown, Holdings } from '../../figures/ledger/holdings.js';
import type { Contract, Holding, OptionPosition } from '../../figures/ledger/holdings.js';
import { compareEntries, isOfOption, type LedgerEntry } from '../../figures/ledger/ledger-entry.js';
import { resolveLegs } from '../../figures/ledger/legs.js';
import { Options } from '../../figures/ledger/options.js';
import { Shares } from '../../figures/ledger/shares.js';
import { Trading } from '../../figures/ledger/trading.js';
import { decimalOf, unitsPerWhole, quotient } from '../../figures/ledger/units.js';
import { readEntries } from '../../figures/read-ledger.js';

/** The minimum strike of a symbol from a day until the day of its next row. */
export interface MinimumStrike {
  symbol: string | null;
  /** The day on which shares or calls changed, `YYYY-MM-DD`. */
  day: string;
  /** Shares held, over all accounts that the request selects; 0 after the last was sold. */
  shares: DecimalString;
  /** Cost of the shares at average cost ÷ shares; null without shares. */
  averageCost: DecimalString | null;
  /** Average premium per share of the short calls that no entry has closed; 0 without calls. */
  premium: DecimalString;
  /** averageCost − premium, rounded once to eight places, not negative; null without shares. */
  minimumStrike: DecimalString | null;
}

/** Returns the rows by symbol and day. A day without a change of the figure has no row. */
export async function minimumStrikeHistory(scope: UserScope, request: DayRequest): Promise<MinimumStrike[]> {
  const holdings = new Holdings('average');
  const entries = await readEntries(scope, request, holdings);
  resolveLegs(entries);
  entries.sort((one, other) => one.day - other.day || compareEntries(one, other));
  const history = new History(holdings, (holding) => concerns(request, holding));
  for (const entry of entries) history.post(entry);
  return history.rows();
}

/** The sums from which a minimum strike is derived, in units. */
interface Figures {
  readonly shares: bigint;
  readonly cost: bigint;
  /** Σ contracts × multiplier of the open short calls, in units of units. */
  readonly called: bigint;
  /** Premium of these calls. */
  readonly premium: bigint;
}

/** Posts entries day by day. Keeps the sums of calls, because a history has many days. */
class History {
  readonly #options: Options;
  readonly #shares: Shares;
  readonly #calls = new Map<OptionPosition, Pick<Figures, 'called' | 'premium'>>();
  readonly #callsOf = new Map<Holding, Pick<Figures, 'called' | 'premium'>>();
  readonly #rows = new Map<string | null, { day: Day; figures: Figures }[]>();
  #day = NaN;
  #changed = new Set<string | null>();

  constructor(
    private readonly holdings: Holdings,
    private readonly includes: (holding: Holding) => boolean,
  ) {
    // On this day no option has expired: a call counts until an entry closes it.
    const trading = new Trading({}, dayOf('0001-01-01'));
    this.#options = new Options(holdings, trading);
    this.#shares = new Shares(holdings, trading);
  }

  post(entry: LedgerEntry): void {
    const { day, holding, contract, terms } = entry;
    if (day !== this.#day) this.#endDay();
    this.#day = day;
    const target = terms?.targetSymbol ?? holding.symbol;
    for (const symbol of [holding.symbol, target]) this.#changed.add(symbol);
    if (contract === null || !isOfOption(entry)) return this.#shares.post(entry);
    this.#options.post(entry);
    const receiver = this.holdings.holding(terms?.targetAccountId ?? holding.accountId, target);
    const received = contractIfKnown(receiver, terms?.targetStrike ?? contract.strike, contract.expiration);
    for (const changed of new Set([contract, received])) if (changed) this.#count(changed);
  }

  rows(): MinimumStrike[] {
    this.#endDay();
    return [...this.#rows]
      .sort(([one], [other]) => compareBytes(one, other))
      .flatMap(([symbol, rows]) =>
        rows.map(({ day, figures }) => ({ symbol, day: dayText(day), ...shown(figures) })),
      );
  }

  /**
   * Replaces the part of a contract in the sums of its holding. An entry without a leg can close
   * calls, so the leg of the entry does not matter.
   */
  #count(contract: Contract): void {
    const position = contract.positions.find(({ leg }) => leg === 'call');
    if (position === undefined) return;
    const before = this.#calls.get(position) ?? noCalls;
    const { lots, amount: premium } = position.short;
    const now = { called: lots.reduce((sum, lot) => sum + lot.pieces * lot.multiplier, 0n), premium };
    this.#calls.set(position, now);
    const all = this.#callsOf.get(contract.holding) ?? noCalls;
    this.#callsOf.set(contract.holding, {
      called: all.called - before.called + now.called,
      premium: all.premium - before.premium + now.premium,
    });
  }

  #endDay(): void {
    for (const symbol of this.#changed) {
      const figures = this.#figuresOf(symbol);
      const rows = this.#rows.get(symbol) ?? [];
      if (!differs(rows.at(-1)?.figures ?? nothingHeld, figures)) continue;
      rows.push({ day: this.#day, figures });
      this.#rows.set(symbol, rows);
    }
    this.#changed = new Set();
  }

  #figuresOf(symbol: string | null): Figures {
    let [shares, cost, called, premium] = [0n, 0n, 0n, 0n];
    for (const holding of this.holdings.ofSymbol(symbol)) {
      if (!this.includes(holding)) continue;
      const calls = this.#callsOf.get(holding) ?? noCalls;
      shares += holding.long.pieces;
      cost += holding.long.amount;
      called += calls.called;
      premium += calls.premium;
    }
    return shares === 0n ? nothingHeld : { shares, cost, called, premium };
  }
}

const noCalls = { called: 0n, premium: 0n };
const nothingHeld: Figures = { shares: 0n, cost: 0n, ...noCalls };

function differs(one: Figures, other: Figures): boolean {
  return (['shares', 'cost', 'called', 'premium'] as const).some((name) => one[name] !== other[name]);
}

function shown({ shares, cost, called, premium }: Figures): Omit<MinimumStrike, 'symbol' | 'day'> {
  const zero = decimalOf(0n);
  if (shares === 0n) return { shares: zero, averageCost: null, premium: zero, minimumStrike: null };
  const averageCost = quotient(cost * unitsPerWhole, shares);
  // `called` is in units of units.
  const ofPremium = called === 0n ? 0n : quotient(premium * unitsPerWhole * unitsPerWhole, called);
  const strike =
    called === 0n
      ? averageCost
      : quotient((cost * called - premium * unitsPerWhole * shares) * unitsPerWhole, shares * called);
  return {
    shares: decimalOf(shares),
    averageCost: decimalOf(averageCost),
    premium: decimalOf(ofPremium),
    minimumStrike: decimalOf(strike > 0n ? strike : 0n),
  };
}
