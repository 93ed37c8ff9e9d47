import type { Day } from './calendar.js';

interface Items<T> {
  readonly day: Day;
  readonly items: T[];
  /** Index of the first item that is not spent. */
  first: number;
}

/**
 * The items of each symbol by day. Finds the items near a day without visiting those of other days
 * or spent ones, so that a journal with many trades of one symbol takes no quadratic time.
 */
export class ItemsByDay<T> {
  /** By symbol, in the order of the days. */
  readonly #bySymbol = new Map<string | null, Items<T>[]>();

  /**
   * @param compare the order in which `near` returns items
   * @param isSpent whether `near` omits an item; a spent item stays spent
   */
  constructor(
    private readonly compare: (one: T, other: T) => number,
    private readonly isSpent: (item: T) => boolean,
  ) {}

  add(symbol: string | null, day: Day, item: T): void {
    const days = this.#bySymbol.get(symbol) ?? [];
    this.#bySymbol.set(symbol, days);
    const index = firstIndex(days, (known) => known.day >= day);
    let ofDay = days[index];
    if (ofDay?.day !== day) {
      ofDay = { day, items: [], first: 0 };
      days.splice(index, 0, ofDay);
    }
    const { items } = ofDay;
    const last = items.at(-1);
    if (last === undefined || this.compare(last, item) <= 0) items.push(item);
    else
      items.splice(
        firstIndex(items, (known) => this.compare(known, item) > 0),
        0,
        item,
      );
  }

  /** The items of a symbol, at most `distance` days from a day, that are not spent, in order. */
  near(symbol: string | null, day: Day, distance: number): Iterable<T> {
    const days = this.#bySymbol.get(symbol) ?? [];
    const found: Iterable<T>[] = [];
    let index = firstIndex(days, (known) => known.day >= day - distance);
    for (let known = days[index]; known && known.day <= day + distance; known = days[index]) {
      found.push(this.#unspent(known));
      index += 1;
    }
    return merged(found, this.compare);
  }

  *#unspent(ofDay: Items<T>): Iterable<T> {
    const { items } = ofDay;
    while (ofDay.first < items.length && this.isSpent(items[ofDay.first] as T)) ofDay.first += 1;
    for (let index = ofDay.first; index < items.length; index += 1) {
      const item = items[index] as T;
      if (!this.isSpent(item)) yield item;
    }
  }
}

/** Merges iterables whose items are in order, and reads no further than the caller. */
export function* merged<T>(
  sources: readonly Iterable<T>[],
  compare: (one: T, other: T) => number,
): Generator<T, void> {
  const heads = sources.flatMap((source) => headOf(source[Symbol.iterator]()));
  for (let [first] = heads; first !== undefined; [first] = heads) {
    for (const head of heads) if (compare(head.item, first.item) < 0) first = head;
    yield first.item;
    const next = headOf(first.rest);
    heads.splice(heads.indexOf(first), 1, ...next);
  }
}

/** The next item of an iterator, and the iterator; nothing at its end. */
function headOf<T>(rest: Iterator<T>): { item: T; rest: Iterator<T> }[] {
  const next = rest.next();
  return next.done === true ? [] : [{ item: next.value, rest }];
}

/** The index of the first item for which a condition holds, which then holds for all later ones. */
function firstIndex<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
