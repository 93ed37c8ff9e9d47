import type { JournalEntry } from '../../src/model/journal-entry.entity.js';
import type { OptionLeg } from '../../src/figures/option-positions.read-model.js';

/** What an entry does to contracts. */
export interface OptionAction {
  side: 'short' | 'long';
  opens: boolean;
}

/**
 * Undefined for what does nothing to contracts: an expiration entry without an assignment among
 * them.
 */
export function sideOf({ type, meta }: JournalEntry): OptionAction | undefined {
  switch (type) {
    case 'sell_to_open':
    case 'option_premium':
      return { side: 'short', opens: true };
    case 'buy_to_open':
      return { side: 'long', opens: true };
    case 'buy_to_close':
      return { side: 'short', opens: false };
    case 'sell_to_close':
      return { side: 'long', opens: false };
    case 'expiration':
      if (meta['assigned'] !== true) return undefined;
      return { side: meta['closes'] === 'buy_to_open' ? 'long' : 'short', opens: false };
    default:
      return undefined;
  }
}

export function isOptionLeg(entry: JournalEntry): boolean {
  return sideOf(entry) !== undefined || entry.type === 'expiration';
}

/**
 * What the entry says, or else what all those say that say something.
 * @param others of the same contract
 */
export function legOf(entry: JournalEntry, others: readonly JournalEntry[]): OptionLeg | null {
  const own = statedLeg(entry);
  if (own !== null) return own;
  const stated = new Set(others.map(statedLeg).filter((leg) => leg !== null));
  return stated.size === 1 ? ([...stated][0] ?? null) : null;
}

export function statedLeg({ meta }: JournalEntry): OptionLeg | null {
  const { leg } = meta;
  return leg === 'put' || leg === 'call' ? leg : null;
}
