import { addTo } from '../../model/group-by.js';
import type { Contract, OptionLeg } from './holdings.js';
import { isOfOption, isShares, type LedgerEntry } from './ledger-entry.js';

/**
 * Gives a leg to the option entries that state none. An assignment has the leg of its shares, which
 * have the same contract and instant. Any other entry, and an assignment without such shares, has
 * the leg that the entries of the contract state, if they state only one. If they state none, it
 * has the leg that the shares of the contract state, if they state only one.
 */
export function resolveLegs(entries: readonly LedgerEntry[]): void {
  const legless = entries.filter((entry) => entry.leg === null && isOfOption(entry));
  if (legless.length === 0) return;
  const deliveries = deliveriesByContract(entries);
  for (const entry of legless) {
    const contract = entry.contract as Contract;
    const shares = deliveries.get(contract) ?? [];
    const ofInstant = entry.ends === null ? [] : shares.filter(({ ts }) => ts === entry.ts);
    // Stored, so that only one entry of the contract searches its shares.
    contract.statedLeg ??= statedBy(shares);
    entry.leg = onlyOne(statedBy(ofInstant)) ?? onlyOne(contract.statedLeg);
  }
}

/** The share trades that state the leg of the option that delivered them. */
function deliveriesByContract(entries: readonly LedgerEntry[]): Map<Contract, LedgerEntry[]> {
  const deliveries = new Map<Contract, LedgerEntry[]>();
  for (const entry of entries) {
    if (entry.contract !== null && entry.leg !== null && isShares(entry.type))
      addTo(deliveries, entry.contract, entry);
  }
  return deliveries;
}

function statedBy(shares: readonly LedgerEntry[]): Contract['statedLeg'] {
  const [first = null, ...others] = new Set(shares.map(({ leg }) => leg));
  return others.length === 0 ? first : 'both';
}

function onlyOne(stated: Contract['statedLeg']): OptionLeg | null {
  return stated === 'both' ? null : stated;
}
