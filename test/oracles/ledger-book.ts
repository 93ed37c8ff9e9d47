import { least, one, part, spread, sum, text, units } from './ledger-numbers.js';
import type { Units } from './ledger-numbers.js';
import {
  asLeg,
  inBytes,
  isAssigned,
  isOptionEntry,
  isSameContract,
  isShareTrade,
  legOf,
  readEntries,
  todayOf,
  tradeOf,
} from './ledger-entries.js';
import type { Leg, LedgerEntry, LedgerRequest, ReadEntry } from './ledger-entries.js';
import {
  acquisitionOf,
  contractLot,
  Holdings,
  OptionPosition,
  shareLot,
  ShareHolding,
} from './ledger-holdings.js';
import type { Lot, Method, Side } from './ledger-holdings.js';
import { WashSales } from './ledger-wash-sales.js';
import type { CallPart } from './ledger-wash-sales.js';

export type Basis = 'cash' | 'tax';
export interface BookRequest extends LedgerRequest {
  /** Default: `average` for the cash basis, `fifo` for the tax basis. */
  method?: Method | undefined;
  basis?: Basis | undefined;
}

const incomeMembers = {
  dividend: 'dividends',
  fee: 'fees',
  interest: 'interest',
  dividend_in_lieu: 'paymentsInLieu',
  securities_lending: 'securitiesLending',
  withheld_tax: 'withheldTax',
  rebate: 'rebates',
} as const;
const memberOf: Partial<Record<LedgerEntry['type'], Member>> = incomeMembers;

/** The members of a row of realised profit. */
export const members = ['options', 'shares', ...Object.values(incomeMembers)] as const;
export type Member = (typeof members)[number];

export interface Realised {
  day: string;
  accountId: string;
  symbol: string | null;
  member: Member;
  amount: Units;
}

export interface Unmatched {
  entry: ReadEntry;
  quantity: Units;
  cash: Units;
}

export interface Closed {
  kind: 'shares' | 'option';
  side: 'long' | 'short';
  accountId: string;
  symbol: string | null;
  quantity: Units;
  lot: Lot;
  closedOn: string;
  /** Undefined for an expiry. */
  entry: ReadEntry | undefined;
  /** Cash of the closing: positive if received, negative if paid. */
  closing: Units;
  /** Tax basis: the disallowed part of the loss. */
  adjustment: Units;
}

/** An option lot that a closing took, with its share of the closing's amount. */
interface TakenOption {
  entry: ReadEntry;
  position: OptionPosition;
  side: 'long' | 'short';
  lot: Lot;
  closing: Units;
  /** Tax basis: shares of linked share trades, times 10^16. */
  linked: bigint;
  /** Tax basis: the linked share trades, each with its shares times 10^16. */
  trades: { trade: ReadEntry; shares: bigint }[];
  /** Tax basis: disallowed losses on shares that are added to the cost of this long call. */
  costAdded: Units;
}

/** The ledger after all entries: its open holdings, and the recorded events. */
export class Book {
  readonly entries: readonly ReadEntry[];
  readonly today: string;
  readonly basis: Basis;
  readonly method: Method;

  readonly shares = new Holdings<ShareHolding>();
  readonly options = new Holdings<OptionPosition>();
  /** Sums of option premium by account and symbol. */
  readonly premium = new Holdings<{ accountId: string; symbol: string | null; sum: Units }>();
  readonly realised: Realised[] = [];
  readonly unmatched: Unmatched[] = [];
  readonly closed: Closed[] = [];
  costReceived: Units = 0n;

  private readonly taken: TakenOption[] = [];
  /**
   * Tax basis: additions to the amounts of trades, which are fees and premium of linked
   * expirations.
   */
  private readonly added = new Map<string, Units>();
  /** Former symbols of contracts, by account, symbol, strike and expiration. */
  private readonly formerOf = new Map<string, Set<string | null>>();
  private readonly feesOfTrades = new Set<string>();
  private readonly washSales: WashSales | undefined;

  /** @param journal all entries of the user; the ledger reads some of them */
  constructor(
    private readonly journal: readonly LedgerEntry[],
    private readonly request: BookRequest,
  ) {
    this.entries = readEntries(journal, request);
    this.today = todayOf(request);
    this.basis = request.basis ?? 'cash';
    this.method = request.method ?? (this.basis === 'tax' ? 'fifo' : 'average');

    if (this.basis === 'tax' && this.method !== 'average') this.washSales = new WashSales();

    if (this.basis === 'tax') this.addFees();
    // Options come first, because they do not depend on shares. With the tax basis, the amount of a
    // share trade depends on the options that were assigned or exercised.
    for (const entry of this.entries) this.moveOptions(entry);
    if (this.basis === 'tax') this.link();
    this.washSales?.know(this.boughtCalls());

    for (const entry of this.entries) this.moveShares(entry);
    for (const taken of this.taken) this.realiseTaken(taken);
    this.expire();
    for (const closed of this.closed) this.realise('shares', closed.closedOn, closed, closed.adjustment);
    for (const entry of this.entries) this.countOther(entry);
    this.unmatched.sort((a, b) => a.entry.place - b.entry.place);
  }

  // Access

  holding(accountId: string, symbol: string | null): ShareHolding {
    return this.shares.at([accountId, symbol], () => new ShareHolding(accountId, symbol, this.method));
  }

  position(
    accountId: string,
    symbol: string | null,
    strike: Units | null,
    expiration: string | null,
    leg: Leg,
  ): OptionPosition {
    return this.options.at(
      [accountId, symbol, strike, expiration, leg],
      () => new OptionPosition(accountId, symbol, strike, expiration, leg),
    );
  }

  premiumOf(accountId: string, symbol: string | null): { sum: Units } {
    return this.premium.at([accountId, symbol], () => ({ accountId, symbol, sum: 0n }));
  }

  private positionOf(entry: ReadEntry): OptionPosition {
    const { accountId, symbol, expiration } = entry;
    const strike = entry.strike === null ? null : units(entry.strike);
    return this.position(accountId, symbol, strike, expiration, legOf(entry, this.entries));
  }

  /** The amount of an entry. Tax basis: a trade's amount includes its fees and linked premium. */
  private amountOf({ id, cash }: ReadEntry): Units {
    return cash + (this.added.get(id) ?? 0n);
  }

  private realise(
    member: Member,
    day: string,
    { accountId, symbol }: Pick<ReadEntry, 'accountId' | 'symbol'>,
    amount: Units,
  ): void {
    this.realised.push({ day, accountId, symbol, member, amount });
  }

  private report(entry: ReadEntry, quantity: Units, cash: Units): void {
    if (quantity !== 0n || cash !== 0n) this.unmatched.push({ entry, quantity, cash });
  }

  // Options

  private moveOptions(entry: ReadEntry): void {
    const { type, pieces } = entry;
    if (type === 'option_adjustment') this.adjust(entry);
    if (type === 'position_transfer' && entry.strike !== null && pieces > 0n) {
      const { accountId: _, symbol, strike, expiration, leg } = this.positionOf(entry);
      const target = this.position(entry.targetAccountId ?? entry.accountId, symbol, strike, expiration, leg);
      this.noteMove(this.positionOf(entry), target);
      this.transfer(entry, this.positionOf(entry), target, 'fifo');
    }
    if (!isOptionEntry(entry)) return;

    const amount = this.amountOf(entry);
    const isAssignment = isAssigned(entry);
    const closes = isAssignment || type === 'buy_to_close' || type === 'sell_to_close';
    if (closes && pieces === 0n) {
      this.unmatched.push({ entry, quantity: 0n, cash: amount });
      return;
    }
    if (pieces === 0n || (type === 'expiration' && !isAssignment)) {
      this.realise('options', entry.dayOf, entry, amount);
      return;
    }
    const position = this.positionOf(entry);
    if (isOptionClosing(entry)) this.closeOptions(entry, ...this.closedBy(entry, position));
    else if (type === 'buy_to_open') position.long.add(contractLot(entry, -amount));
    else position.short.add(contractLot(entry, amount));
  }

  /** The position and the side that a closing reduces. */
  private closedBy(entry: ReadEntry, named: OptionPosition): [OptionPosition, 'long' | 'short'] {
    const { accountId, symbol, strike, expiration, leg } = named;
    const ofContract = this.options
      .all()
      .filter((other) => other.accountId === accountId && other.symbol === symbol)
      .filter((other) => other.strike === strike && other.expiration === expiration);
    const candidates = leg === null ? ofContract : [named];
    const open = (side: 'long' | 'short') => candidates.filter((position) => position[side].pieces > 0n);
    const side = sideOf(entry) ?? (open('short').length === 0 && open('long').length > 0 ? 'long' : 'short');
    const [only = named] = open(side).length === 1 ? open(side) : [];
    return [only, side];
  }

  private closeOptions(entry: ReadEntry, position: OptionPosition, side: 'long' | 'short'): void {
    const { pieces } = entry;
    const amount = this.amountOf(entry);
    const lots = position[side].take(pieces);
    const counts = lots.map((lot) => lot.pieces);
    const closing = part(amount, pieces, sum(counts));
    const closings = spread(amount, counts, pieces);
    lots.forEach((lot, index) => {
      const share = closings[index] ?? 0n;
      this.taken.push({ entry, position, side, lot, closing: share, linked: 0n, trades: [], costAdded: 0n });
    });
    this.report(entry, pieces - sum(counts), amount - closing);
  }

  /**
   * Realises the premium of the lot and its part of the closing's amount, both without the part
   * that belongs to linked share trades.
   */
  private realiseTaken({ entry, position, side, lot, closing, linked, costAdded }: TakenOption): void {
    const shares = lot.pieces * lot.deliverable;
    const premium = side === 'short' ? lot.amount : -lot.amount;
    const total = premium + closing - part(premium + closing, shares, linked);
    const ownPremium = premium - part(premium, shares, linked);
    const closingLeft = total - ownPremium;
    const premiumLeft = ownPremium - costAdded;
    const { expiration } = position;
    const isLate = expiration !== null && expiration < entry.dayOf && position.isExpired(this.today);
    const premiumDay = isLate ? expiration : entry.dayOf;

    // Tax basis: the whole gain of a closed lot counts on one day.
    const closingDay = this.basis === 'tax' ? premiumDay : entry.dayOf;
    this.realise('options', closingDay, position, closingLeft);
    this.realise('options', premiumDay, position, premiumLeft);
    this.closed.push({
      ...{ kind: 'option', side, accountId: position.accountId, symbol: position.symbol },
      quantity: lot.pieces - part(lot.pieces, shares, linked),
      lot: { ...lot, amount: side === 'short' ? premiumLeft : -premiumLeft },
      ...{ closedOn: premiumDay, entry, closing: closingLeft, adjustment: 0n },
    });
  }

  private expire(): void {
    for (const position of this.options.all()) {
      const { expiration, accountId, symbol } = position;
      if (expiration === null || !position.isExpired(this.today)) continue;
      for (const side of ['short', 'long'] as const)
        for (const lot of position[side].lots) {
          this.realise('options', expiration, position, side === 'short' ? lot.amount : -lot.amount);
          this.closed.push({
            ...{ kind: 'option', side, accountId, symbol, quantity: lot.pieces, lot },
            ...{ closedOn: expiration, entry: undefined, closing: 0n, adjustment: 0n },
          });
        }
    }
  }

  private adjust(entry: ReadEntry): void {
    const from = this.positionOf(entry);
    const { accountId, expiration, leg } = from;
    const strike = entry.targetStrike === null ? from.strike : units(entry.targetStrike);
    const to = this.position(accountId, entry.targetSymbol ?? from.symbol, strike, expiration, leg);
    this.noteMove(from, to);
    for (const side of ['long', 'short'] as const) {
      from[side].scale(...ratioOf(entry));
      for (const lot of from[side].takeAll()) {
        const before = lot.deliverable;
        if (entry.multiplier !== null) {
          lot.multiplier = units(entry.multiplier);
          lot.deliverable = lot.multiplier;
        }
        if (entry.deliverable !== null) lot.deliverable = units(entry.deliverable);
        const [ratioTo, ratioFrom] = ratioOf(entry);
        const shares = { to: ratioTo * lot.deliverable, from: ratioFrom * before };
        lot.adjusted = [...(lot.adjusted ?? []), { entry, symbol: to.symbol, ...shares }];
        to[side].add(lot);
      }
    }
  }

  // Shares

  private moveShares(entry: ReadEntry): void {
    const { type, accountId, symbol, pieces } = entry;
    if (isOptionEntry(entry)) this.premiumOf(accountId, symbol).sum += entry.cash;
    const holding = this.holding(accountId, symbol);
    const target = this.holding(accountId, entry.targetSymbol ?? symbol);

    if (type === 'buy_to_open') this.washSales?.openCalls(entry);
    if (isShareTrade(entry)) {
      const amount = this.amountOf(entry);
      if (pieces === 0n) this.unmatched.push({ entry, quantity: 0n, cash: amount });
      else if (type === 'share_sale') this.sell(entry, holding, pieces, amount);
      else this.buy(entry, holding, pieces, amount);
    }
    if (type === 'shares_received' && pieces > 0n) {
      const cost = units(entry.cost ?? '0');
      this.costReceived += cost;
      this.buy(entry, holding, pieces, -cost);
    }
    if (type === 'split') {
      holding.long.scale(...ratioOf(entry));
      holding.short.scale(...ratioOf(entry));
      this.payInLieu(entry, holding);
    }
    if (type === 'symbol_change') this.moveAll(holding, target);
    if (type === 'merger') {
      this.reduce(entry, holding);
      holding.long.scale(...ratioOf(entry));
      holding.short.scale(...ratioOf(entry));
      for (const lot of holding.long.lots) lot.isOfAnother = true;
      this.moveAll(holding, target);
    }
    if (type === 'spin_off') {
      const received = this.spinOff(entry, holding, target);
      this.payInLieu(entry, received);
      for (const side of ['long', 'short'] as const)
        for (const lot of received[side].takeAll()) target[side].add(lot);
    }
    if (type === 'return_of_capital') this.reduce(entry, holding);
    if (type === 'position_transfer' && entry.strike === null && pieces > 0n)
      this.transfer(entry, holding, this.holding(entry.targetAccountId ?? accountId, symbol), this.method);
  }

  /** Closes short lots for the amount (negative if paid). The remaining pieces open a long lot. */
  private buy(entry: ReadEntry, holding: ShareHolding, pieces: Units, amount: Units): void {
    const { closing, left } = this.closeShares(entry, holding, 'short', pieces, amount);
    if (left === 0n) return;
    const lot = shareLot(entry, left, -(amount - closing));
    holding.long.add(lot);
    this.washSales?.open(holding.symbol, { side: holding.long, lot });
  }

  /** Closes long lots for the amount. The remaining pieces open a short lot. */
  private sell(entry: ReadEntry, holding: ShareHolding, pieces: Units, amount: Units): void {
    const { closing, left } = this.closeShares(entry, holding, 'long', pieces, amount);
    if (left > 0n) holding.short.add(shareLot(entry, left, amount - closing));
  }

  /** The part of the amount that closed lots, and the pieces for which there was no lot. */
  private closeShares(
    entry: ReadEntry,
    holding: ShareHolding,
    side: 'long' | 'short',
    pieces: Units,
    amount: Units,
  ): { closing: Units; left: Units } {
    const lots = holding[side]
      .take(pieces, side === 'long' ? this.method : 'fifo')
      .sort((a, b) => acquisitionOf(a) - acquisitionOf(b) || a.opening.place - b.opening.place);
    const counts = lots.map((lot) => lot.pieces);
    const closing = part(amount, pieces, sum(counts));
    const closings = spread(amount, counts, pieces);
    const closed = lots.map((lot, index): Closed => {
      const own = closings[index] ?? 0n;
      const gain = side === 'long' ? own - lot.amount : lot.amount + own;
      this.realise('shares', entry.dayOf, holding, gain);
      return {
        ...{ kind: 'shares', side, accountId: holding.accountId, symbol: holding.symbol },
        ...{ quantity: lot.pieces, lot, closedOn: entry.dayOf, entry, closing: own, adjustment: 0n },
      };
    });
    this.closed.push(...closed);
    if (side === 'long') for (const lot of closed) this.washSales?.close(lot, this.shares.all());
    return { closing, left: pieces - sum(counts) };
  }

  private payInLieu(entry: ReadEntry, holding: ShareHolding): void {
    if (entry.cash === 0n && entry.pieces === 0n) return;
    const anySide = holding.long.pieces > 0n ? 'long' : 'short';
    const side = entry.cash > 0n ? 'long' : entry.cash < 0n ? 'short' : anySide;
    const pieces = entry.pieces === 0n ? holding[side].pieces % one : entry.pieces;
    const { closing, left } = this.closeShares(entry, holding, side, pieces, entry.cash);
    this.report(entry, left, entry.cash - closing);
  }

  private moveAll(from: ShareHolding, to: ShareHolding): void {
    for (const side of ['long', 'short'] as const) for (const lot of from[side].takeAll()) to[side].add(lot);
    const carried = this.premiumOf(from.accountId, from.symbol).sum;
    this.premiumOf(from.accountId, from.symbol).sum = 0n;
    this.premiumOf(to.accountId, to.symbol).sum += carried;
  }

  /** The new shares, which are not yet part of the holding of the target symbol. */
  private spinOff(entry: ReadEntry, from: ShareHolding, { accountId, symbol }: ShareHolding): ShareHolding {
    const to = new ShareHolding(accountId, symbol, this.method);
    for (const side of ['long', 'short'] as const) {
      const pieces = from[side].scaledPieces(...ratioOf(entry));
      from[side].lots.forEach((lot, index) => {
        const amount = part(lot.amount, one, units(entry.costShare ?? '0'));
        lot.amount -= amount;
        to[side].add({ ...lot, pieces: pieces[index] ?? 0n, amount, isOfAnother: true });
      });
    }
    return to;
  }

  private reduce(entry: ReadEntry, holding: ShareHolding): void {
    if (entry.cash < 0n) {
      this.chargeShort(entry, holding);
      return;
    }
    const { lots } = holding.long;
    if (lots.length === 0) {
      this.report(entry, 0n, entry.cash);
      return;
    }
    const parts = spread(
      entry.cash,
      lots.map(({ pieces }) => pieces),
    );
    let exceeding = entry.cash;
    lots.forEach((lot, index) => {
      const lost = lot.amount > 0n ? least(parts[index] ?? 0n, lot.amount) : 0n;
      lot.amount -= lost;
      exceeding -= lost;
    });
    this.realise('shares', entry.dayOf, holding, exceeding);
  }

  /** Deducts cash paid for short lots from their proceeds. */
  private chargeShort(entry: ReadEntry, { accountId, symbol, short: { lots, pieces } }: ShareHolding): void {
    if (lots.length === 0) this.report(entry, 0n, entry.cash);
    else if (pieces === 0n) this.realise('shares', entry.dayOf, { accountId, symbol }, entry.cash);
    const counts = lots.map((lot) => lot.pieces);
    spread(entry.cash, counts).forEach((own, index) => {
      const lot = lots[index];
      if (lot !== undefined) lot.amount += own;
    });
  }

  // Both

  private transfer(
    entry: ReadEntry,
    from: { long: Side; short: Side },
    to: { long: Side; short: Side },
    method: Method,
  ): void {
    const long = from.long.take(entry.pieces, method);
    const afterLong = entry.pieces - sum(long.map(({ pieces }) => pieces));
    const short = from.short.take(afterLong);
    for (const lot of long) to.long.add(lot);
    for (const lot of short) to.short.add(lot);
    const unmatched = afterLong - sum(short.map(({ pieces }) => pieces));
    this.report(entry, unmatched, entry.cash);
  }

  private countOther(entry: ReadEntry): void {
    const member = memberOf[entry.type];
    if (member !== undefined && !this.feesOfTrades.has(entry.id))
      this.realise(member, entry.dayOf, entry, entry.cash);
  }

  // Tax

  private addFees(): void {
    for (const fee of this.entries) {
      const trade =
        fee.type === 'fee' ? tradeOf(fee, this.entries, this.journal, this.request.asOf) : undefined;
      if (trade === undefined) continue;
      this.added.set(trade.id, (this.added.get(trade.id) ?? 0n) + fee.cash);
      this.feesOfTrades.add(fee.id);
    }
  }

  /** Links the lots that assigned expirations took to share trades, share by share. */
  private link(): void {
    const left = new Map(this.entries.map(({ id, pieces }) => [id, pieces * one]));
    const taking = [
      ...this.taken.filter(({ entry }) => entry.cash === 0n),
      ...this.taken.filter(({ entry }) => entry.cash !== 0n),
    ];
    for (const trade of this.entries)
      for (const taken of taking)
        if (isSameContract(trade, taken.entry) || this.isOfFormerSymbol(trade, taken))
          if (isAtInstantOf(trade, taken.entry)) this.linkTo(taken, trade, left);
    for (const taken of taking)
      for (const trade of this.entries)
        if (isSameContract(trade, taken.entry)) this.linkTo(taken, trade, left);
    for (const trade of this.entries)
      for (const taken of taking) if (this.isOfFormerSymbol(trade, taken)) this.linkTo(taken, trade, left);
  }

  /** Whether the trade names a former symbol of the option, with the same strike and expiration. */
  private isOfFormerSymbol(trade: ReadEntry, { entry, position }: TakenOption): boolean {
    const symbols = this.formerSymbols(position);
    return isSameContract({ ...trade, symbol: entry.symbol }, entry) && symbols.has(trade.symbol);
  }

  private formerSymbols({ accountId, symbol, strike, expiration }: OptionPosition): Set<string | null> {
    const symbols = new Set(this.formerOf.get(keyOf({ accountId, symbol, strike, expiration })) ?? []);
    for (const former of symbols)
      for (const { type, targetSymbol, ...entry } of this.entries)
        if ((type === 'symbol_change' || type === 'merger') && entry.symbol === former)
          symbols.add(targetSymbol);
    symbols.delete(symbol);
    return symbols;
  }

  /** Records the former symbols of contracts that an entry moves. */
  private noteMove(from: OptionPosition, to: OptionPosition): void {
    const symbols = this.formerOf.get(keyOf(to)) ?? new Set<string | null>();
    for (const symbol of [...(this.formerOf.get(keyOf(from)) ?? []), from.symbol])
      if (symbol !== to.symbol) symbols.add(symbol);
    this.formerOf.set(keyOf(to), symbols);
  }

  private linkTo(taken: TakenOption, trade: ReadEntry, left: Map<string, bigint>): void {
    const { entry, position, side, lot, closing } = taken;
    if (!isAssigned(entry) || position.leg === null) return;
    const buys = (position.leg === 'put') === (side === 'short');
    if (trade.type !== (buys ? 'assignment_shares' : 'share_sale') || trade.expiration === null) return;
    const from = asLeg(trade.meta['from']);
    if (from !== null && from !== position.leg) return;
    const shares = lot.pieces * lot.deliverable;
    const total = (side === 'short' ? lot.amount : -lot.amount) + closing;
    const free = left.get(trade.id) ?? 0n;
    const moved = least(free, shares - taken.linked);
    const isWhole = lot.pieces === part(lot.pieces, shares, taken.linked + moved);
    const linked = isWhole ? shares : taken.linked + moved;
    const own = part(total, shares, linked) - part(total, shares, taken.linked);
    left.set(trade.id, free - moved);
    if (moved > 0n) taken.trades.push({ trade, shares: moved });
    taken.linked = linked;
    this.added.set(trade.id, (this.added.get(trade.id) ?? 0n) + own);
  }

  /** The "call parts" of the rules. */
  private boughtCalls(): CallPart[] {
    const parts: (CallPart & { lot: Lot; leg: Leg })[] = [];
    for (const taken of this.taken.filter(({ side }) => side === 'long')) {
      const { lot, position, entry, linked } = taken;
      const own = { ...position, lot, opening: lot.opening, adjusted: lot.adjusted ?? [] };
      for (const { trade, shares } of taken.trades) {
        const addCost = (loss: Units) => {
          this.added.set(trade.id, (this.added.get(trade.id) ?? 0n) - loss);
        };
        parts.push({ ...own, end: trade, free: shares / one, addCost });
      }
      const addCost = (loss: Units) => {
        taken.costAdded += loss;
      };
      parts.push({ ...own, end: entry, free: (lot.pieces * lot.deliverable - linked) / one, addCost });
    }
    const strikeOf = ({ strike }: OptionPosition) => (strike === null ? null : text(strike));
    const left = this.options
      .all()
      .sort((a, b) => inBytes(a.accountId, b.accountId) || inBytes(strikeOf(a), strikeOf(b)));
    for (const position of left)
      for (const lot of position.long.lots) {
        const addCost = (loss: Units) => {
          lot.amount += loss;
        };
        const free = (lot.pieces * lot.deliverable) / one;
        const own = { lot, opening: lot.opening, adjusted: lot.adjusted ?? [] };
        parts.push({ ...position, ...own, end: undefined, free, addCost });
      }
    return parts.filter(
      ({ leg, opening }) => leg === 'call' && opening.type === 'buy_to_open' && opening.section1256 !== true,
    );
  }
}

/** Whether the shares of an expiration without cash are of its instant. */
const isAtInstantOf = (trade: ReadEntry, { ts, cash }: ReadEntry) =>
  cash === 0n && ts.getTime() === trade.ts.getTime();

const isOptionClosing = ({ type }: ReadEntry) =>
  type === 'buy_to_close' || type === 'sell_to_close' || type === 'expiration';

/** The side that a closing states, if any. */
function sideOf({ type, meta }: ReadEntry): 'long' | 'short' | undefined {
  if (type !== 'expiration') return type === 'buy_to_close' ? 'short' : 'long';
  if (meta['closes'] === 'buy_to_open') return 'long';
  return meta['closes'] === 'sell_to_open' ? 'short' : undefined;
}

/** The ratio as [to, from]. */
function ratioOf({ ratioTo, ratioFrom }: ReadEntry): [bigint, bigint] {
  return [units(ratioTo ?? 1), units(ratioFrom ?? 1)];
}

const keyOf = ({
  accountId,
  symbol,
  strike,
  expiration,
}: Pick<OptionPosition, 'accountId' | 'symbol' | 'strike' | 'expiration'>) =>
  JSON.stringify([accountId, symbol, strike === null ? null : text(strike), expiration]);
