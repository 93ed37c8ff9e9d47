// Comments of tables and columns, equal to those that the migrations have written to the database.
// `migration:generate` writes a migration for every change here.

export const userComments = {
  table: 'A person who keeps a journal; everything else belongs to one.',
  id: 'Chosen by the database.',
  email: 'In lower case; one user each.',
  passwordHash:
    'Of the sign-in with a password; null for a user who cannot sign in by one yet. Granted to journal_auth only.',
  subscriptionTier: 'What the user pays for: free, basic or premium.',
  createdAt: 'When the user was created.',
  updatedAt: 'When the row was last changed.',
};

export const accountComments = {
  table: 'A brokerage account of a user.',
  userId: 'The user to whom the account belongs.',
  id: 'Unique within the user; chosen by the client, such as acct-1.',
  name: 'As the user calls it.',
  closedAt: 'When the user closed it; null while it is open. It takes entries all the same.',
  createdAt: 'When the account was created.',
  updatedAt: 'When the row was last changed.',
};

export const entryComments = {
  table: 'One action of a trader a row, never rewritten: positions, lots and totals are derived from it.',
  userId: 'The user to whom the entry belongs.',
  id: 'Unique within the user; chosen by the client, whose idempotency key it is, or else a UUIDv7.',
  ts: 'When it happened, to the millisecond.',
  day: 'The calendar day of an entry without a time of day, by which figures count it; otherwise null.',
  accountId: 'The account of the same user in which it happened.',
  symbol: 'Ticker, such as BRK.B; null for fees and transfers that concern none.',
  type: 'What the entry records, such as sell_to_open or dividend.',
  qty: 'Contracts (of 100 shares) for option legs, shares for share trades; never negative; null where it means nothing.',
  amount: 'Cash in the currency of the account: + in, - out.',
  strike: 'Strike of an option leg; for share trades the price per share.',
  expiration: 'Expiration day of an option leg, which belongs to no time zone.',
  underlyingPrice: 'Price of the underlying share when the entry was made.',
  notes: 'What the trader noted.',
  ratioTo:
    'New shares or contracts for every ratio_from old ones; of splits, mergers, spin-offs and option adjustments.',
  ratioFrom: 'Old shares or contracts that become ratio_to new ones.',
  targetSymbol:
    'Symbol after a symbol change, a merger or an option adjustment; symbol of the shares of a spin-off.',
  targetStrike: 'Strike after an option adjustment.',
  targetAccountId: 'The account of the same user to which a position is transferred.',
  multiplier:
    'Price units per contract: the cash of a contract is its price times the multiplier; null means 100.',
  deliverable: 'Shares that a contract delivers; null means the multiplier.',
  cost: 'Cost basis of shares that were received without cash; never negative.',
  costShare: 'Part of the cost that moves to the shares of a spin-off, from 0 to 1.',
  acquiredOn: 'Day on which shares that were received had been acquired; null means the day of the entry.',
  section1256:
    'True for a contract of section 1256 of the US tax code, such as an index option; null means unknown.',
  meta: 'Whatever else the client keeps with the entry (leg, template, roll links); always an object.',
  deletedAt: 'When the entry was removed or replaced, which is final; null while it is live.',
  editedBy: 'Who removed, replaced or, on the new entry of a restoration, restored it.',
  editReason: 'Why it was removed, replaced or restored.',
  originalEntryId:
    'The entry of the same user that this one follows, by amendment or restoration; it has one successor at most.',
  createdAt: 'When the row was written; for imported entries as the old journal has it.',
  updatedAt: 'When the row was last changed.',
  recorded:
    'The recording order of entries of one instant: microseconds since 1970; null for those written before it was kept.',
};
