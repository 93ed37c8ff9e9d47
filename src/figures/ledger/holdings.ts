import type { Day } from './calendar.js';
import { LotSide, type CostMethod } from './lots.js';

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
export function newSides(method: CostMethod): Sides {
  return { long: new LotSide(method), short: new LotSide() };
}

/** All holdings of a user. */
export class Holdings implements Iterable<Holding> {
  readonly #holdings = new Map<string, Holding>();
  readonly #bySymbol = new Map<string | null, Holding[]>();

  /** @param method the cost method of shares; options are always first in, first out */
  constructor(readonly method: CostMethod) {}

  /** The holding of an account and symbol, which may be empty. */
  holding(accountId: string, symbol: string | null): Holding {
    const key = JSON.stringify([accountId, symbol]);
    let holding = this.#holdings.get(key);
    if (holding === undefined) {
      const { long, short } = newSides(this.method);
      holding = { accountId, symbol, long, short, premium: 0n, contracts: new Map<string, Contract>() };
      this.#holdings.set(key, holding);
      this.#bySymbol.set(symbol, [...this.ofSymbol(symbol), holding]);
    }
    return holding;
  }

  /** The holdings of a symbol in all accounts. */
  ofSymbol(symbol: string | null): readonly Holding[] {
    return this.#bySymbol.get(symbol) ?? [];
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
