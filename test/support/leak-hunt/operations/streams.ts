import { expect } from '@jest/globals';
import { JournalEntry } from '../../../../src/index.js';
import type { Operations } from '../trader.js';

/** Streams that are abandoned early, in units that continue. */
export const streams: Operations = {
  'a stream that is broken off': async (trader) => {
    const entries = [trader.newEntry(), trader.newEntry(), trader.newEntry()];
    await trader.unit(async (manager) => {
      await trader.hunted.journal.append(entries);
      const stream = await manager.createQueryBuilder(JournalEntry, 'entry').stream();
      for await (const _ of stream) break;
      expect(await manager.count(JournalEntry)).toBe(trader.model.liveRows.length + 3);
    });
    trader.has(...entries);
  },

  'a stream that is broken off within a long answer': async (trader) => {
    const entry = trader.newEntry();
    await trader.unit(async (manager) => {
      const stream = await manager.queryRunner?.stream(
        'SELECT n, journal.* FROM generate_series(1, 2000) n LEFT JOIN journal ON true',
      );
      let read = 0;
      for await (const _ of stream ?? []) if ((read += 1) === 150) break;
      await trader.hunted.journal.append(entry);
    });
    trader.has(entry);
  },
};
