import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { Account, JournalEntry, User } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

describe('The schema', () => {
  let under: JournalUnderTest;
  let userId: string;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
    await insertEntry({ id: 'first' });
  });

  /** Bypasses the checks of the code, so that only the database decides. */
  async function insertEntry(columns: Record<string, unknown>): Promise<void> {
    const row = {
      user_id: userId,
      ts: '2026-01-05',
      account_id: 'acct-1',
      type: 'fee',
      amount: '-1',
      ...columns,
    };
    const names = Object.keys(row);
    await under.owner.query(
      `INSERT INTO journal (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  }

  async function violatedBy(statement: Promise<unknown>): Promise<unknown> {
    const failure: unknown = await statement.then(
      () => undefined,
      (error: unknown) => error,
    );
    return failure instanceof QueryFailedError
      ? (failure.driverError as { constraint?: string }).constraint
      : failure;
  }

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown type', { type: 'gift' }, 'chk_journal_type'],
    ['an empty id', { id: '' }, 'chk_journal_id'],
    ['an id of 201 characters', { id: 'x'.repeat(201) }, 'chk_journal_id'],
    ['an empty symbol', { symbol: '' }, 'chk_journal_symbol'],
    ['a symbol of 201 characters', { symbol: 'x'.repeat(201) }, 'chk_journal_symbol'],
    ['a negative quantity', { qty: '-0.00000001' }, 'chk_journal_qty'],
    ['a quantity that is not a number', { qty: 'NaN' }, 'chk_journal_qty'],
    ['an amount that is not a number', { amount: 'NaN' }, 'chk_journal_amount'],
    ['a negative strike', { strike: '-1' }, 'chk_journal_strike'],
    ['a strike that is not a number', { strike: 'NaN' }, 'chk_journal_strike'],
    ['a negative underlying price', { underlying_price: '-1' }, 'chk_journal_underlying_price'],
    ['an underlying price that is not a number', { underlying_price: 'NaN' }, 'chk_journal_underlying_price'],
    ['an instant at infinity', { ts: 'infinity' }, 'chk_journal_ts'],
    ['an instant at minus infinity', { ts: '-infinity' }, 'chk_journal_ts'],
    ['an expiration at infinity', { expiration: 'infinity' }, 'chk_journal_expiration'],
    ['an expiration at minus infinity', { expiration: '-infinity' }, 'chk_journal_expiration'],
    ['a list as meta', { meta: '[]' }, 'chk_journal_meta'],
    ['a JSON null as meta', { meta: 'null' }, 'chk_journal_meta'],
    ['text as meta, as the browser application encoded it', { meta: '"{}"' }, 'chk_journal_meta'],
    ['a ratio to nothing', { ratio_to: 0 }, 'chk_journal_ratio_to'],
    ['a ratio of more than a billion', { ratio_to: 1_000_000_001 }, 'chk_journal_ratio_to'],
    ['a ratio from nothing', { ratio_from: 0 }, 'chk_journal_ratio_from'],
    ['an empty target symbol', { target_symbol: '' }, 'chk_journal_target_symbol'],
    ['a negative target strike', { target_strike: '-1' }, 'chk_journal_target_strike'],
    ['a multiplier of 0', { multiplier: '0' }, 'chk_journal_multiplier'],
    ['a multiplier that is not a number', { multiplier: 'NaN' }, 'chk_journal_multiplier'],
    ['a negative deliverable', { deliverable: '-1' }, 'chk_journal_deliverable'],
    ['a negative cost', { cost: '-0.00000001' }, 'chk_journal_cost'],
    ['more than the whole cost', { cost_share: '1.00000001' }, 'chk_journal_cost_share'],
    ['a share of the cost that is not a number', { cost_share: 'NaN' }, 'chk_journal_cost_share'],
    ['an acquisition at infinity', { acquired_on: 'infinity' }, 'chk_journal_acquired_on'],
    ['a target account that is not there', { target_account_id: 'acct-9' }, 'fk_journal_target_account'],
    ['an entry that replaces itself', { original_entry_id: 'second' }, 'chk_journal_original_entry_id'],
    ['an account that is not there', { account_id: 'acct-9' }, 'fk_journal_account'],
    ['an original that is not there', { original_entry_id: 'nothing' }, 'fk_journal_original_entry'],
    ['an id for the second time', { id: 'first' }, 'pk_journal'],
  ])('refuses %s', async (_, columns, constraint) => {
    expect(await violatedBy(insertEntry({ id: 'second', ...columns }))).toBe(constraint);
  });

  it.each<[string, object, object]>([
    ['live one', {}, {}],
    ['deleted one', {}, { deleted_at: '2026-01-06' }],
    ['live one where the first is deleted', { deleted_at: '2026-01-06' }, {}],
  ])('refuses a second successor of an entry, a %s', async (_, first, second) => {
    await insertEntry({ id: 'second', original_entry_id: 'first', ...first });

    expect(await violatedBy(insertEntry({ id: 'third', original_entry_id: 'first', ...second }))).toBe(
      'uq_journal_successor',
    );
    await insertEntry({ id: 'third', original_entry_id: 'second', ...second });
  });

  it('refuses an entry that names an account or an entry of another user', async () => {
    const other = await under.newUser();
    await under.owner.query(`INSERT INTO accounts (user_id, id, name) VALUES ($1, 'theirs', 'x')`, [other]);
    const columns = { user_id: other, id: 'mine' };
    await insertEntry({ ...columns, account_id: 'theirs' });

    expect(await violatedBy(insertEntry({ id: 'second', account_id: 'theirs' }))).toBe('fk_journal_account');
    expect(await violatedBy(insertEntry({ id: 'second', original_entry_id: 'mine' }))).toBe(
      'fk_journal_original_entry',
    );
  });

  it('refuses to delete an account with entries', async () => {
    const statement = under.owner.query(`DELETE FROM accounts WHERE user_id = $1 AND id = 'acct-1'`, [
      userId,
    ]);

    expect(await violatedBy(statement)).toBe('fk_journal_account');
  });

  it('deletes with a user only their accounts and journal, including entries that replace each other', async () => {
    await insertEntry({ id: 'second', original_entry_id: 'first' });
    const other = await under.newUser();
    await insertEntry({ user_id: other, id: 'first' });

    await under.owner.getRepository(User).delete({ id: userId });

    for (const entity of [Account, JournalEntry])
      expect(await under.owner.manager.countBy(entity, { userId })).toBe(0);
    expect(await under.owner.manager.countBy(Account, { userId: other })).toBe(2);
    expect(await under.owner.manager.countBy(JournalEntry, { userId: other })).toBe(1);
  });

  it.each([
    ['with a capital letter', 'Trader@example.com', 'chk_users_email'],
    ['without @', 'trader.example.com', 'chk_users_email'],
    ['with nothing before @', '@example.com', 'chk_users_email'],
    ['of 321 characters', `${'x'.repeat(309)}@example.com`, 'chk_users_email'],
  ])('refuses an e-mail address %s', async (_, email, constraint) => {
    const statement = under.owner.query('INSERT INTO users (email) VALUES ($1)', [email]);

    expect(await violatedBy(statement)).toBe(constraint);
  });

  it('refuses an unknown subscription tier and a second user with an address', async () => {
    const insert = (email: string, tier: string) =>
      under.owner.query('INSERT INTO users (email, subscription_tier) VALUES ($1, $2)', [email, tier]);
    await insert('taken@example.com', 'basic');

    expect(await violatedBy(insert('new@example.com', 'gold'))).toBe('chk_users_subscription_tier');
    expect(await violatedBy(insert('taken@example.com', 'free'))).toBe('uq_users_email');
  });
});
