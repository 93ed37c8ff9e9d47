/** The accounts of `generateJournal`: create them before loading its entries. */
export const sampleAccounts = [
  { id: 'acct-1', name: 'Primary' },
  { id: 'acct-2', name: 'IRA' },
] as const;
