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

/** Those of the other columns of the journal stand in entry-column.ts. */
export const entryTableComments = {
  table:
    'One row per action of a trader. Its content never changes; positions, lots and totals derive from it.',
  userId: 'Owner of the entry.',
};
