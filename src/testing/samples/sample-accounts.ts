/** The accounts of the sample trader. */
export const sampleAccounts = [
  { id: 'acct-1', name: 'Primary' },
  { id: 'acct-2', name: 'IRA' },
] as const;
