import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables and columns, each with its former and its new comment. */
const comments: readonly (readonly [of: string, before: string, after: string])[] = [
  [
    'TABLE users',
    'A person who keeps a journal; everything else belongs to one.',
    'Owner of accounts and entries.',
  ],
  ['COLUMN users.email', 'In lower case; one user each.', 'Lower case; unique.'],
  [
    'COLUMN users.password_hash',
    'Of the sign-in with a password; null for a user who cannot sign in by one yet. Granted to journal_auth only.',
    'Hash of the password; null for a user without a password. Readable by journal_auth only.',
  ],
  [
    'COLUMN users.subscription_tier',
    'What the user pays for: free, basic or premium.',
    'Subscription tier: free, basic or premium.',
  ],
  ['COLUMN accounts.user_id', 'The user to whom the account belongs.', 'Owner of the account.'],
  ['COLUMN accounts.name', 'As the user calls it.', 'Display name.'],
  [
    'COLUMN accounts.closed_at',
    'When the user closed it; null while it is open. It takes entries all the same.',
    'When the user closed the account; null for an open account. A closed account accepts entries.',
  ],
  [
    'TABLE journal',
    'One action of a trader a row, never rewritten: positions, lots and totals are derived from it.',
    'One row per action of a trader. Its content never changes; positions, lots and totals derive from it.',
  ],
  ['COLUMN journal.user_id', 'The user to whom the entry belongs.', 'Owner of the entry.'],
  [
    'COLUMN journal.id',
    'Unique within the user; chosen by the client, whose idempotency key it is, or else a UUIDv7.',
    'Unique within the user: the idempotency key of the client, or a generated UUIDv7.',
  ],
  [
    'COLUMN journal.ts',
    'When it happened, to the millisecond.',
    'Instant of the action, to the millisecond.',
  ],
  [
    'COLUMN journal.day',
    'The calendar day of an entry without a time of day, by which figures count it; otherwise null.',
    'Calendar day of an entry without a time of day, which figures use; null for other entries.',
  ],
  [
    'COLUMN journal.account_id',
    'The account of the same user in which it happened.',
    'Account of the action; an account of the same user.',
  ],
  [
    'COLUMN journal.symbol',
    'Ticker, such as BRK.B; null for fees and transfers that concern none.',
    'Ticker, such as BRK.B; null for an entry without a symbol, such as a deposit.',
  ],
  [
    'COLUMN journal.type',
    'What the entry records, such as sell_to_open or dividend.',
    'Kind of action, such as sell_to_open or dividend.',
  ],
  [
    'COLUMN journal.qty',
    'Contracts (of 100 shares) for option legs, shares for share trades; never negative; null where it means nothing.',
    'Number of contracts or shares; not negative; null for an entry without a quantity, such as a fee.',
  ],
  [
    'COLUMN journal.strike',
    'Strike of an option leg; for share trades the price per share.',
    'Strike of an option; price per share of a share trade.',
  ],
  [
    'COLUMN journal.expiration',
    'Expiration day of an option leg, which belongs to no time zone.',
    'Expiration day of an option, without a time zone.',
  ],
  [
    'COLUMN journal.underlying_price',
    'Price of the underlying share when the entry was made.',
    'Price of the underlying share at the time of the action.',
  ],
  ['COLUMN journal.notes', 'What the trader noted.', 'Notes of the trader.'],
  [
    'COLUMN journal.ratio_to',
    'New shares or contracts for every ratio_from old ones; of splits, mergers, spin-offs and option adjustments.',
    'New shares or contracts for every ratio_from old ones, in a split, merger, spin-off or option adjustment.',
  ],
  [
    'COLUMN journal.target_account_id',
    'The account of the same user to which a position is transferred.',
    'Account of the same user that receives a transferred position.',
  ],
  [
    'COLUMN journal.multiplier',
    'Price units per contract: the cash of a contract is its price times the multiplier; null means 100.',
    'Cash of a contract is its price times the multiplier; null means 100.',
  ],
  [
    'COLUMN journal.cost',
    'Cost basis of shares that were received without cash; never negative.',
    'Cost basis of shares received without cash; not negative.',
  ],
  [
    'COLUMN journal.acquired_on',
    'Day on which shares that were received had been acquired; null means the day of the entry.',
    'Acquisition day of received shares; null means the day of the entry.',
  ],
  [
    'COLUMN journal.meta',
    'Whatever else the client keeps with the entry (leg, template, roll links); always an object.',
    'Further data of the client, such as leg, template and roll links; always an object.',
  ],
  [
    'COLUMN journal.deleted_at',
    'When the entry was removed or replaced, which is final; null while it is live.',
    'When the entry was removed or replaced; final once set. Null for a live entry.',
  ],
  [
    'COLUMN journal.edited_by',
    'Who removed, replaced or, on the new entry of a restoration, restored it.',
    'Who removed or replaced the entry; on a restored entry, who restored it.',
  ],
  [
    'COLUMN journal.edit_reason',
    'Why it was removed, replaced or restored.',
    'Why the entry was removed, replaced or restored.',
  ],
  [
    'COLUMN journal.original_entry_id',
    'The entry of the same user that this one follows, by amendment or restoration; it has one successor at most.',
    'Entry of the same user that this entry amends or restores. An entry has at most one successor.',
  ],
  [
    'COLUMN journal.created_at',
    'When the row was written; for imported entries as the old journal has it.',
    'When the row was written; for an imported entry, the time that the imported journal has.',
  ],
  [
    'COLUMN journal.recorded',
    'The recording order of entries of one instant: microseconds since 1970; null for those written before it was kept.',
    'Recording order of entries with one ts: microseconds since 1970; null for entries older than this column.',
  ],
];

/** Rewrites comments of tables and columns in plain words. */
export class PlainComments20261129172951 implements MigrationInterface {
  name = 'PlainComments20261129172951';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [of, , after] of comments) await queryRunner.query(`COMMENT ON ${of} IS '${after}'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [of, before] of comments) await queryRunner.query(`COMMENT ON ${of} IS '${before}'`);
  }
}
