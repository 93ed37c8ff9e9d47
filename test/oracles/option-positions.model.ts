import type { JournalEntry } from '../../src/model/journal-entry.entity.js';
import type { OptionLeg, OptionPosition } from '../../src/figures/option-positions.read-model.js';
import { isOptionLeg, legOf, sideOf } from './option-rules.js';
import { Exact, Keyed, inOrder, rounded, shown, zero } from './rules.js';

type Contract = [accountId: string, symbol: string | null, strike: string | null, expiration: string | null];

class Side {
  opened = zero;
  closed = zero;
  premium = zero;

  get left(): Exact {
    return Exact.max(this.opened.minus(this.closed), 0);
  }

  get average() {
    if (this.opened.isZero()) return null;
    return shown(rounded(this.premium.div(this.opened.times(100))));
  }
}

class Position {
  readonly short = new Side();
  readonly long = new Side();
  openedOn = '';
}

/** Option positions from one entry at a time, in any order. */
export class OptionPositionsModel {
  readonly #entries = new Keyed<Contract, JournalEntry[]>(() => []);

  add(entry: JournalEntry): void {
    const { accountId, symbol, strike, expiration } = entry;
    if (isOptionLeg(entry)) this.#entries.at(accountId, symbol, strike, expiration).push(entry);
  }

  /** What is left of each, by account, symbol, expiration, strike and leg. */
  positions(today: string, status: 'open' | 'expired' | 'all' = 'open'): OptionPosition[] {
    const all = this.#entries.entries().flatMap(({ key, value }) => positionsOf(key, value, today));
    const wanted = all.filter(({ isExpired }) => status === 'all' || isExpired === (status === 'expired'));
    return inOrder(
      wanted,
      ({ accountId }) => accountId,
      ({ symbol }) => symbol,
      ({ expiration }) => expiration,
      ({ strike }) => (strike === null ? null : Number(strike)),
      ({ leg }) => leg,
    );
  }
}

function positionsOf(contract: Contract, entries: readonly JournalEntry[], today: string): OptionPosition[] {
  const [accountId, symbol, strike, expiration] = contract;
  const legs = new Keyed<[OptionLeg | null], Position>(() => new Position());
  for (const entry of entries) {
    const position = legs.at(legOf(entry, entries));
    const action = sideOf(entry);
    const contracts = new Exact(entry.qty ?? 0);
    if (action === undefined || contracts.isZero()) continue;
    const side = position[action.side];
    if (!action.opens) {
      side.closed = side.closed.plus(contracts);
      continue;
    }
    side.opened = side.opened.plus(contracts);
    side.premium = side.premium.plus(new Exact(entry.amount).abs());
    const day = entry.day ?? entry.ts.toISOString().slice(0, 10);
    if (position.openedOn === '' || day < position.openedOn) position.openedOn = day;
  }
  return legs.entries().flatMap(({ key: [leg], value: { short, long, openedOn } }) => {
    if (short.left.isZero() && long.left.isZero()) return [];
    const isShortPut = leg === 'put' && strike !== null && !short.left.isZero();
    return {
      ...{ accountId, symbol, leg, strike, expiration, short: shown(short.left), long: shown(long.left) },
      ...{ averageShortPremium: short.average, averageLongPremium: long.average },
      openedOn,
      daysToExpiration: expiration === null ? null : days(today, expiration),
      collateral: isShortPut ? shown(rounded(short.left.times(strike).times(100))) : null,
      isExpired: expiration !== null && expiration < today,
    } as OptionPosition;
  });
}

function days(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}
