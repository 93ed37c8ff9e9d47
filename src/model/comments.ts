// Comments of tables and columns. The migrations write the same comments to the database.
// A change needs a migration.

export const userComments = {
  table: 'Owner of accounts and entries.',
  id: 'Chosen by the database.',
  email: 'Lower case; unique.',
  passwordHash: 'Hash of the password; null for a user without a password. Readable by journal_auth only.',
  subscriptionTier: 'Subscription tier: free, basic or premium.',
  createdAt: 'When the user was created.',
  updatedAt: 'When the row was last changed.',
};

export const accountComments = {
  table: 'A brokerage account of a user.',
  userId: 'Owner of the account.',
  id: 'Unique within the user; chosen by the client, such as acct-1.',
  name: 'Display name.',
  closedAt: 'When the user closed the account; null for an open account. A closed account accepts entries.',
  createdAt: 'When the account was created.',
  updatedAt: 'When the row was last changed.',
};

export const entryComments = {
  table:
    'One row per action of a trader. Its content never changes; positions, lots and totals derive from it.',
  userId: 'Owner of the entry.',
  id: 'Unique within the user: the idempotency key of the client, or a generated UUIDv7.',
  ts: 'Instant of the action, to the millisecond.',
  day: 'Calendar day of an entry without a time of day, which figures use; null for other entries.',
  accountId: 'Account of the action; an account of the same user.',
  symbol: 'Ticker, such as BRK.B; null for an entry without a symbol, such as a deposit.',
  type: 'Kind of action, such as sell_to_open or dividend.',
  qty: 'Number of contracts or shares; not negative; null for an entry without a quantity, such as a fee.',
  amount: 'Cash in the currency of the account: + in, - out.',
  strike: 'Strike of an option; price per share of a share trade.',
  expiration: 'Expiration day of an option, without a time zone.',
  underlyingPrice: 'Price of the underlying share at the time of the action.',
  notes: 'Notes of the trader.',
  ratioTo:
    'New shares or contracts for every ratio_from old ones, in a split, merger, spin-off or option adjustment.',
  ratioFrom: 'Old shares or contracts that become ratio_to new ones.',
  targetSymbol:
    'Symbol after a symbol change, a merger or an option adjustment; symbol of the shares of a spin-off.',
  targetStrike: 'Strike after an option adjustment.',
  targetAccountId: 'Account of the same user that receives a transferred position.',
  multiplier: 'Cash of a contract is its price times the multiplier; null means 100.',
  deliverable: 'Shares that a contract delivers; null means the multiplier.',
  cost: 'Cost basis of shares received without cash; not negative.',
  costShare: 'Part of the cost that moves to the shares of a spin-off, from 0 to 1.',
  acquiredOn: 'Acquisition day of received shares; null means the day of the entry.',
  section1256:
    'True for a contract of section 1256 of the US tax code, such as an index option; null means unknown.',
  meta: 'Further data of the client, such as leg, template and roll links; always an object.',
  deletedAt: 'When the entry was removed or replaced; final once set. Null for a live entry.',
  editedBy: 'Who removed or replaced the entry; on a restored entry, who restored it.',
  editReason: 'Why the entry was removed, replaced or restored.',
  originalEntryId:
    'Entry of the same user that this entry amends or restores. An entry has at most one successor.',
  createdAt: 'When the row was written; for an imported entry, the time that the imported journal has.',
  updatedAt: 'When the row was last changed.',
  recorded:
    'Recording order of entries with one ts: microseconds since 1970; null for entries older than this column.',
};
