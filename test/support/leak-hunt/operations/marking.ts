import { expect } from '@jest/globals';
import { IsNull } from 'typeorm';
import type { Operations } from '../trader.js';

const now = () => 'now()';

/**
 * Marks every visible live entry as deleted. The number of marked rows reveals which were visible.
 */
export const marking: Operations = {
  'mark by a query builder': async (trader) => {
    const update = trader.hunted.entries.createQueryBuilder().update().set({ deletedAt: now });
    const { affected } = await update.where('deleted_at IS NULL').execute();
    expect(affected).toBe(trader.model.liveRows.length);
    trader.model.markAll();
  },

  'mark by a plain repository': async (trader) => {
    const { affected } = await trader.hunted.entries.update({ deletedAt: IsNull() }, { deletedAt: now });
    expect(affected).toBe(trader.model.liveRows.length);
    trader.model.markAll();
  },

  'mark by SQL': async (trader) => {
    const [, affected] = await trader.query('UPDATE journal SET deleted_at = now() WHERE deleted_at IS NULL');
    expect(affected).toBe(trader.model.liveRows.length);
    trader.model.markAll();
  },
};
