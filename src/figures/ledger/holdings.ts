import { addTo } from '../../model/group-by.js';
import { compareBytes } from './byte-order.js';
import type { Day } from './calendar.js';
import { ItemsByDay } from './items-by-day.js';
import { compareEntries } from './ledger-entry.js';
import { LotSide, type CostMethod, type Lot } from './lots.js';

/** Whether an option is a put or a call. */
export type OptionLeg = 'put' | 'call';

export const sides = ['long', 'short'] as const;
export type Side = (typeof sides)[number];

/** The open lots of both sides. */
export interface Sides {
  readonly long: LotSide;
  readonly short: LotSide;
}

/** The shares of one symbol in an account, and its options. */
export interface Holding extends Sides {
  readonly accountId: string;
  readonly symbol: string | null;
  /** Sum of all option premium since the first entry: + received, − paid. */
  premium: bigint;
  /** By strike and expiration. */
  readonly contracts: Map<string, Contract>;
}

/** Options that differ at most by their leg. */
export interface Contract {
  readonly holding: Holding;
  /** With eight places. */
  readonly strike: string | null;
  readonly expiration: Day | null;
  /**
   * The leg that the entries of the option state, or if none does, its shares: null without any,
   * `both` if they differ.
   */
  statedLeg: OptionLeg | 'both' | null;
  /** One for each leg. */
  positions: readonly OptionPosition[];
  /** Other symbols under which the contracts were: they may still deliver shares of these. */
  formerSymbols: readonly (string | null)[];
}

/** The contracts of one option in an account. */
export interface OptionPosition extends Sides {
  readonly contract: Contract;
  readonly leg: OptionLeg | null;
}

/** The sides of a holding of shares, without lots. */
export function newSides(method: CostMethod, onReplaceable?: (lot: Lot) => void): Sides {
  return { long: new LotSide(method, onReplaceable), short: new LotSide() };
}

/** A lot of bought shares that can replace shares sold at a loss. */
export interface ReplaceableLot {
  readonly lot: Lot;
  readonly holding: Holding;
}

/** All holdings of a user. */
export class Holdings implements Iterable<Holding> {
  readonly #holdings = new Map<string, Holding>();
  readonly #bySymbol = new Map<string | null, Holding[]>();
  /** Undefined until `replaceableNear` is called: most figures have no wash sales. */
  #replaceable: ItemsByDay<ReplaceableLot> | undefined;

  /** @param method the cost method of shares; options are always first in, first out */
  constructor(readonly method: CostMethod) {}

  /** The holding of an account and symbol, which may be empty. */
  holding(accountId: string, symbol: string | null): Holding {
    const key = JSON.stringify([accountId, symbol]);
    const known = this.#holdings.get(key);
    if (known !== undefined) return known;
    const { long, short } = newSides(this.method, (lot) =>
      this.#replaceable?.add(symbol, lot.openedBy.day, { lot, holding }),
    );
    const contracts = new Map<string, Contract>();
    const holding: Holding = { accountId, symbol, long, short, premium: 0n, contracts };
    this.#holdings.set(key, holding);
    addTo(this.#bySymbol, symbol, holding);
    return holding;
  }

  /** The holdings of a symbol in all accounts. */
  ofSymbol(symbol: string | null): readonly Holding[] {
    return this.#bySymbol.get(symbol) ?? [];
  }

  /** Lots of a symbol in all accounts that were bought near a day, in the order of purchase. */
  replaceableNear(symbol: string | null, day: Day, distance: number): Iterable<ReplaceableLot> {
    this.#replaceable ??= this.#allReplaceable();
    return this.#replaceable.near(symbol, day, distance);
  }

  #allReplaceable(): ItemsByDay<ReplaceableLot> {
    const found = new ItemsByDay(byPurchase, isSpent);
    for (const holding of this)
      for (const lot of holding.long.lots)
        if (lot.canReplace) found.add(holding.symbol, lot.openedBy.day, { lot, holding });
    return found;
  }

  [Symbol.iterator](): Iterator<Holding> {
    return this.#holdings.values();
  }

  /** The positions of all options, open or not. */
  *positions(): Iterable<OptionPosition> {
    for (const { contracts } of this)
      for (const { positions } of contracts.values()) for (const position of positions) yield position;
  }
}

/** Parts of one purchase can be in several accounts. */
function byPurchase(one: ReplaceableLot, other: ReplaceableLot): number {
  return (
    compareEntries(one.lot.openedBy, other.lot.openedBy) ||
    compareBytes(one.holding.accountId, other.holding.accountId)
  );
}

function isSpent({ lot }: ReplaceableLot): boolean {
  return lot.pieces === 0n;
}

/** The option of a holding. */
export function contractOf(holding: Holding, strike: string | null, expiration: Day | null): Contract {
  const key = contractKey(strike, expiration);
  let contract = holding.contracts.get(key);
  if (contract === undefined) {
    contract = { holding, strike, expiration, statedLeg: null, positions: [], formerSymbols: [] };
    holding.contracts.set(key, contract);
  }
  return contract;
}

/** The option of a holding, if an entry names it. */
export function contractIfKnown(
  holding: Holding,
  strike: string | null,
  expiration: Day | null,
): Contract | undefined {
  return holding.contracts.get(contractKey(strike, expiration));
}

function contractKey(strike: string | null, expiration: Day | null): string {
  return `${strike ?? ''} ${expiration ?? ''}`;
}

export function positionOf(contract: Contract, leg: OptionLeg | null): OptionPosition {
  let position = contract.positions.find((known) => known.leg === leg);
  if (position === undefined) {
    position = { contract, leg, long: new LotSide(), short: new LotSide() };
    // A pushed element would reserve room for sixteen more.
    contract.positions = [...contract.positions, position];
  }
  return position;
}

/** Notes that an entry moves the contracts of an option to another symbol or account. */
export function noteMove({ holding, formerSymbols }: Contract, target: Contract): void {
  const symbols = new Set([...target.formerSymbols, ...formerSymbols, holding.symbol]);
  symbols.delete(target.holding.symbol);
  if (symbols.size > 0) target.formerSymbols = [...symbols];
}
