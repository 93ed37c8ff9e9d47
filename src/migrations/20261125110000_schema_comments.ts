import type { MigrationInterface, QueryRunner } from 'typeorm';

const comments: Record<string, { table: string; columns: Record<string, string> }> = {
  users: {
    table: 'A person who keeps a journal; everything else belongs to one.',
    columns: {
      id: 'Chosen by the database.',
      email: 'In lower case; one user each.',
      password_hash:
        'Of the sign-in with a password; null for a user who cannot sign in by one yet. Granted to journal_auth only.',
      subscription_tier: 'What the user pays for: free, basic or premium.',
      created_at: 'When the user was created.',
      updated_at: 'When the row was last changed.',
    },
  },
  accounts: {
    table: 'A brokerage account of a user.',
    columns: {
      user_id: 'The user to whom the account belongs.',
      id: 'Unique within the user; chosen by the client, such as acct-1.',
      name: 'As the user calls it.',
      created_at: 'When the account was created.',
      updated_at: 'When the row was last changed.',
    },
  },
  journal: {
    table: 'One action of a trader a row, never rewritten: positions, lots and totals are derived from it.',
    columns: {
      user_id: 'The user to whom the entry belongs.',
      id: 'Unique within the user; chosen by the client, whose idempotency key it is, or else a UUIDv7.',
      ts: 'When it happened, to the millisecond.',
      account_id: 'The account of the same user in which it happened.',
      symbol: 'Ticker, such as BRK.B; null for fees and transfers that concern none.',
      type: 'What the entry records, such as sell_to_open or dividend.',
      qty: 'Contracts (of 100 shares) for option legs, shares for share trades; never negative; null where it means nothing.',
      amount: 'Cash in the currency of the account: + in, - out.',
      strike: 'Strike of an option leg; for share trades the price per share.',
      expiration: 'Expiration day of an option leg, which belongs to no time zone.',
      underlying_price: 'Price of the underlying share when the entry was made.',
      notes: 'What the trader noted.',
      meta: 'Whatever else the client keeps with the entry (leg, template, roll links); always an object.',
      deleted_at: 'When the entry was removed or replaced, which is final; null while it is live.',
      edited_by: 'Who removed, replaced or, on the new entry of a restoration, restored it.',
      edit_reason: 'Why it was removed, replaced or restored.',
      original_entry_id:
        'The entry of the same user that this one follows, by amendment or restoration; it has one successor at most.',
      created_at: 'When the row was written; for imported entries as the old journal has it.',
      updated_at: 'When the row was last changed.',
    },
  },
};

/** Documents every table and column in the database, for readers without this code. */
export class SchemaComments20261125110000 implements MigrationInterface {
  name = 'SchemaComments20261125110000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, { table, columns }] of Object.entries(comments)) {
      await queryRunner.query(`COMMENT ON TABLE ${name} IS '${table}'`);
      for (const [column, comment] of Object.entries(columns))
        await queryRunner.query(`COMMENT ON COLUMN ${name}.${column} IS '${comment}'`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [name, { columns }] of Object.entries(comments)) {
      await queryRunner.query(`COMMENT ON TABLE ${name} IS NULL`);
      for (const column of Object.keys(columns))
        await queryRunner.query(`COMMENT ON COLUMN ${name}.${column} IS NULL`);
    }
  }
}
