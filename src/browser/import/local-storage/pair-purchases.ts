/**
 * Milliseconds within which the `created_at` of a `fee` row follows its purchase: the browser may
 * ask for a confirmation in between.
 */
export const pairingTolerance = 60_000;

/** A purchase of `journal.v1`. */
export interface PairedPurchase {
  /** Milliseconds since 1970. */
  at: number;
  /** The terms of the contract: purchases with equal terms are interchangeable. */
  terms: string;
}

/** A `fee` row with the symbol, amount and day of the purchases. */
export interface PairedFee {
  /**
   * `created_at` in milliseconds since 1970, in whole seconds; null if the file does not have it.
   */
  createdAt: number | null;
}

/**
 * Pairs purchases with the `fee` rows of their symbol, amount and day, if only one pairing is
 * possible. As many rows as purchases with equal terms are paired in order. Otherwise a pair is a
 * row that is the only one within a minute after the purchase, while the purchase is the only one
 * within a minute before the row. Instants are compared in whole seconds, because SQLite's
 * CURRENT_TIMESTAMP has no fraction.
 *
 * @returns for each purchase the index of its fee, or null
 */
export function pairPurchases(
  purchases: readonly PairedPurchase[],
  fees: readonly PairedFee[],
): (number | null)[] {
  const terms = new Set(purchases.map((purchase) => purchase.terms));
  if (purchases.length === fees.length && terms.size === 1) return purchases.map((_, index) => index);
  const created = sortByTime(fees.map(({ createdAt }) => createdAt));
  const seconds = purchases.map(({ at }) => Math.floor(at / 1_000) * 1_000);
  const bought = sortByTime(seconds);
  return seconds.map((second) => {
    const fee = onlyOne(created, second, second + pairingTolerance);
    if (fee === undefined) return null;
    return onlyOne(bought, fee.at - pairingTolerance, fee.at) === undefined ? null : fee.index;
  });
}

interface Moment {
  at: number;
  index: number;
}

function sortByTime(instants: readonly (number | null)[]): Moment[] {
  return instants
    .flatMap((at, index) => (at === null ? [] : [{ at, index }]))
    .sort((one, other) => one.at - other.at);
}

/** The only moment in a closed interval; undefined for none or several. `moments` are sorted. */
function onlyOne(moments: readonly Moment[], from: number, to: number): Moment | undefined {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle]?.at ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  const [first, second] = moments.slice(low, low + 2);
  if (first === undefined || first.at > to) return undefined;
  return second === undefined || second.at > to ? first : undefined;
}
