import { expect } from '@jest/globals';
import type { Operations } from '../trader.js';

/** Operations on accounts, including rename and delete. */
export const accounts: Operations = {
  'create an account': async (trader) => {
    const account = { id: `spare-${trader.model.accounts.size}`, name: `of ${trader.userId}` };
    if (trader.model.accounts.has(account.id)) return;
    await trader.hunted.accounts.create(account);
    trader.model.accounts.set(account.id, account.name);
  },

  'save an account by a plain repository': async (trader) => {
    const account = { id: 'acct-3', name: `of ${trader.userId}: ${trader.hunted.nextNumber()}` };
    await trader.hunted.accountRows.save({ ...account, userId: trader.userId });
    trader.model.accounts.set(account.id, account.name);
  },

  'rename all accounts by a query builder': async (trader) => {
    const name = `of ${trader.userId}: ${trader.hunted.nextNumber()}`;
    const { affected } = await trader.hunted.accountRows
      .createQueryBuilder()
      .update()
      .set({ name })
      .execute();
    expect(affected).toBe(trader.model.accounts.size);
    for (const id of trader.model.accounts.keys()) trader.model.accounts.set(id, name);
  },

  'delete the accounts without entries by SQL': async (trader) => {
    const [deleted] = await trader.query(`
      DELETE FROM accounts WHERE starts_with(id, 'spare-')
        AND NOT EXISTS (SELECT FROM journal WHERE account_id = accounts.id) RETURNING id`);
    const ids = (deleted as unknown as { id: string }[]).map(({ id }) => id);
    expect(ids.sort()).toEqual(trader.model.spareAccounts.sort());
    for (const id of ids) trader.model.accounts.delete(id);
  },
};
