/**
 * The created_at of a `fee` row follows its purchase within this time: the browser may ask for a
 * confirmation in between.
 */
export const pairingTolerance = 60_000;

/** A purchase of `journal.v1`, as far as pairing looks at it. */
export interface PairedPurchase {
  /** Milliseconds since 1970. */
  at: number;
  /** What a pair gives the entry: purchases with equal terms are interchangeable. */
  terms: string;
}

/** A `fee` row with the symbol, amount and day of the purchases. */
export interface PairedFee {
  /** `created_at` in milliseconds since 1970; null where the file does not have it. */
  createdAt: number | null;
}

/**
 * Pairs purchases with the `fee` rows of their symbol, amount and day, where only one pairing is
 * possible. If there are as many rows as purchases, and the purchases have equal terms, all are
 * paired in turn. Otherwise a purchase and a row are a pair if the row is the only row within a
 * minute after the purchase, and the purchase is the only purchase within a minute before the row.
 *
 * @returns for each purchase the index of its fee, or null
 */
export function pairPurchases(
  purchases: readonly PairedPurchase[],
  fees: readonly PairedFee[],
): (number | null)[] {
  const terms = new Set(purchases.map((purchase) => purchase.terms));
  if (purchases.length === fees.length && terms.size === 1) return purchases.map((_, index) => index);
  const created = byTime(fees.map(({ createdAt }) => createdAt));
  const bought = byTime(purchases.map(({ at }) => at));
  return purchases.map(({ at }) => {
    const fee = onlyOne(created, at, at + pairingTolerance);
    if (fee === undefined) return null;
    return onlyOne(bought, fee.at - pairingTolerance, fee.at) === undefined ? null : fee.index;
  });
}

interface Moment {
  at: number;
  index: number;
}

function byTime(instants: readonly (number | null)[]): Moment[] {
  return instants
    .flatMap((at, index) => (at === null ? [] : [{ at, index }]))
    .sort((one, other) => one.at - other.at);
}

/** The only moment between two instants, both included; `moments` are in order of time. */
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
