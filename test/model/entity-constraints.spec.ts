import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { Account, JournalEntry, User } from '../../src/index.js';
import { entryColumns, type EntryKind } from '../../src/model/entry-column.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { failureOf } from '../support/failure.js';

/** Values of each kind that the CHECK of a column refuses. */
const invalid: Readonly<Record<EntryKind, readonly unknown[]>> = {
  key: ['', 'x'.repeat(201)],
  text: [],
  entryType: ['gift'],
  amount: ['NaN'],
  quantity: ['-0.00000001', 'NaN'],
  positive: ['0', 'NaN'],
  fraction: ['-0.00000001', '1.00000001', 'NaN'],
  ratio: [0, 1_000_000_001],
  flag: [],
  instant: ['infinity', '-infinity'],
  day: ['infinity', '-infinity'],
  // The browser application encoded an object twice: as text in JSON.
  object: ['[]', 'null', '"{}"'],
  order: [],
};
/** A foreign key replaces their CHECK. */
const references = ['account_id', 'target_account_id'];

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
    const failure = await failureOf(statement);
    return failure instanceof QueryFailedError
      ? (failure.driverError as { constraint?: string }).constraint
      : failure;
  }

  it.each(
    entryColumns
      .filter(({ name, part }) => part === 'content' && !references.includes(name))
      .flatMap(({ name, kind }) => invalid[kind].map((value) => [name, value] as const)),
  )('refuses in %s the value %j', async (name, value) => {
    expect(await violatedBy(insertEntry({ id: 'second', [name]: value }))).toBe(`chk_journal_${name}`);
  });

  it.each<[string, Record<string, unknown>, string]>([
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
