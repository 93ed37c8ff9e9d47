import { expect } from '@jest/globals';
import { rowOf, storedRow } from '../trader.js';
import type { Operations, Trader } from '../trader.js';

/**
 * Amends existing entries through JournalRepository. Other traders have entries with the same ids.
 */
export const amending: Operations = {
  'journal.amend': async (trader) => {
    const { id } = await liveEntry(trader);
    const successor = trader.newEntry();
    const { amount, notes } = successor;
    await trader.hunted.journal.amend(id, { amount, notes }, { id: successor.id, reason: 'hunted' });
    trader.model.delete(id, storedRow(successor));
  },

  'journal.remove': async (trader) => {
    const { id } = await liveEntry(trader);
    await trader.hunted.journal.remove(id, { reason: 'hunted' });
    trader.model.delete(id);
  },

  'journal.restore': async (trader) => {
    const { journal } = trader.hunted;
    const [entry, restored] = [trader.newEntry(), trader.newEntry()];
    await journal.append(entry);
    await journal.remove(entry.id, { reason: 'hunted' });
    const found = await journal.restore(entry.id, { id: restored.id });
    trader.has(entry);
    trader.model.delete(entry.id, { ...storedRow(entry), id: restored.id });
    expect(trader.model.rows).toContainEqual(rowOf(found));
  },

  'journal.load': async (trader) => {
    const entries = [trader.newEntry(), trader.newEntry(), trader.newEntry()];
    const loaded = await trader.hunted.journal.load(entries.values());
    expect(loaded).toEqual({ inserted: 3, unchanged: 0 });
    expect(await trader.hunted.journal.load(entries)).toEqual({ inserted: 0, unchanged: 3 });
    trader.has(...entries);
  },

  'a journal.stream that is broken off': async (trader) => {
    const { id } = await liveEntry(trader);
    for await (const entry of trader.hunted.journal.stream()) {
      expect(trader.model.liveRows).toContainEqual(rowOf(entry));
      break;
    }
    expect((await trader.hunted.journal.get(id)).id).toBe(id);
  },
};

/** The oldest live entry, or a new entry if no entry is live. */
async function liveEntry(trader: Trader): Promise<{ id: string }> {
  const [oldest] = trader.model.liveRows;
  if (oldest) return oldest;
  const entry = trader.newEntry();
  await trader.hunted.journal.append(entry);
  trader.has(entry);
  return entry;
}
