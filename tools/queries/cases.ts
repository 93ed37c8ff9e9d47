import type { AccountsRepository } from '../../src/accounts/accounts.repository.js';
import type { ImportedJournal } from '../../src/journal/imported-journal.js';
import type { JournalRepository } from '../../src/journal/journal.repository.js';
import type { NewEntry } from '../../src/journal/new-entry.js';
import type { CashReadModel } from '../../src/figures/cash.read-model.js';
import type { LegacyReadModel } from '../../src/browser/figures/legacy.read-model.js';
import type { OptionPositionsReadModel } from '../../src/figures/option-positions.read-model.js';
import type { ProfitReadModel } from '../../src/figures/profit.read-model.js';
import type { ShareLotsReadModel } from '../../src/figures/share-lots.read-model.js';
import type { UserScope } from '../../src/isolation/user-scope.js';
import type { UsersRepository } from '../../src/users/users.repository.js';

/** The repositories and read models whose queries are documented. */
export interface Repositories {
  users: UsersRepository;
  accounts: AccountsRepository;
  journal: JournalRepository;
  imports: ImportedJournal;
  positions: OptionPositionsReadModel;
  lots: ShareLotsReadModel;
  cash: CashReadModel;
  profit: ProfitReadModel;
  legacy: LegacyReadModel;
}

/** One call of a method, whose statements are documented. */
export interface QueryCase {
  repository: keyof Repositories;
  method: string;
  /** Distinguishes the calls of one method. */
  variant: string;
  call: (repositories: Repositories & { scope: UserScope }) => Promise<unknown>;
}

const put: NewEntry = {
  ts: new Date('2026-01-05T15:30:00.000Z'),
  accountId: 'acct-1',
  symbol: 'S7',
  type: 'sell_to_open',
  qty: '1',
  amount: '260',
  strike: '100',
  expiration: '2026-02-20',
};
const newcomer = 'newcomer@example.com';
const today = '2026-01-05';
const instant = new Date('2026-06-01');
const dates = { from: new Date('2021-01-01'), to: new Date('2022-01-01') };

type Call<R extends keyof Repositories> = (repository: Repositories[R]) => Promise<unknown>;

const caseOf =
  <R extends keyof Repositories>(repository: R) =>
  (method: string, variant: string, call: Call<R>): QueryCase => ({
    repository,
    method,
    variant,
    call: (repositories) => call(repositories[repository]),
  });
const ofJournal = caseOf('journal');
const ofImports = caseOf('imports');
const ofAccounts = caseOf('accounts');
const ofUsers = caseOf('users');
const ofPositions = caseOf('positions');
const ofLots = caseOf('lots');
const ofCash = caseOf('cash');
const ofProfit = caseOf('profit');
const ofLegacy = caseOf('legacy');

async function all(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const entry of stream) if (entry === undefined) return;
}

/** Every public method of the repositories and read models, in each variant of its statements. */
export const queryCases: readonly QueryCase[] = [
  ofJournal('append', 'one entry', (journal) => journal.append({ ...put, id: 'one' })),
  ofJournal('append', 'a trade of two entries', (journal) =>
    journal.append([
      { ...put, id: 'two' },
      { ...put, id: 'fee', type: 'fee' },
    ]),
  ),
  ofJournal('append', 'an entry that is there already', (journal) => journal.append({ ...put, id: 'one' })),
  ofJournal('append', 'an entry with a value in a column of some types', (journal) =>
    journal.append({ ...put, id: 'mini', multiplier: '10' }),
  ),
  ofImports('appendMissing', 'with history', (imports) =>
    imports.appendMissing([{ ...put, id: 'imported', createdAt: instant }]),
  ),
  ofImports('prepareMissing', 'sends nothing', (imports) =>
    Promise.resolve(imports.prepareMissing([{ ...put, id: 'imported' }])),
  ),
  ofImports('insertMissing', 'prepared before', (imports) =>
    imports.insertMissing(imports.prepareMissing([{ ...put, id: 'prepared' }])),
  ),
  ofJournal('load', 'one batch', (journal) => journal.load([{ ...put, id: 'loaded' }])),
  ofJournal('amend', 'a live entry', (journal) =>
    journal.amend('one', { amount: '261' }, { reason: 'typo', id: 'amended' }),
  ),
  ofJournal('remove', 'a live entry', (journal) => journal.remove('amended', { reason: 'not mine' })),
  ofJournal('restore', 'a removed entry', (journal) => journal.restore('amended', { id: 'restored' })),
  ofJournal('history', 'a chain of three', (journal) => journal.history('one')),
  ofJournal('get', 'by its id', (journal) => journal.get('entry-1')),
  ofJournal('page', 'the newest', (journal) => journal.page()),
  ofJournal('page', 'of a symbol', (journal) => journal.page({ symbol: 'S7' })),
  ofJournal('page', 'of a type', (journal) => journal.page({ type: 'dividend' })),
  ofJournal('page', 'of an account', (journal) => journal.page({ accountId: 'acct-2' })),
  ofJournal('page', 'of a symbol and a type, between dates', (journal) =>
    journal.page({ symbol: 'S7', type: 'sell_to_open', ...dates }),
  ),
  ofJournal('page', 'of a trade', (journal) => journal.page({ meta: { trade: 't-1' } })),
  ofJournal('page', 'of a strategy', (journal) => journal.page({ meta: { strategy: 'wheel' } })),
  ofJournal('page', 'of a roll', (journal) => journal.page({ meta: { roll: 'r-1' } })),
  ofJournal('page', 'of a tag', (journal) => journal.page({ meta: { tag: 'earnings' } })),
  ofJournal('page', 'open', (journal) => journal.page({ status: 'open', today })),
  ofJournal('page', 'closed', (journal) => journal.page({ status: 'closed', today })),
  ofJournal('page', 'deleted', (journal) => journal.page({ status: 'deleted' })),
  ofJournal('page', 'live and deleted', (journal) => journal.page({ status: 'all' })),
  ofJournal('page', 'the one after', async (journal) => {
    const { next } = await journal.page({ limit: 1 });
    return journal.page({ after: next ?? '' });
  }),
  ofJournal('numberedPage', 'the second', (journal) => journal.numberedPage({ page: 2 })),
  ofJournal('numberedPage', 'of a symbol', (journal) => journal.numberedPage({ symbol: 'S7' })),
  ofJournal('numberedPage', 'live and deleted', (journal) => journal.numberedPage({ status: 'all' })),
  ofJournal('asOf', 'the newest', (journal) => journal.asOf(instant)),
  ofJournal('stream', 'newest first', (journal) => all(journal.stream({ symbol: 'S7', ...dates }))),
  ofJournal('stream', 'oldest first', (journal) =>
    all(journal.stream({ symbol: 'S7', order: 'oldest-first', ...dates })),
  ),
  ofJournal('totals', 'of everything live', (journal) => journal.totals()),
  ofJournal('totals', 'of a symbol', (journal) => journal.totals({ symbol: 'S7' })),
  ofJournal('premiumByWeek', 'of everything live', (journal) => journal.premiumByWeek()),
  ofImports('controlSums', 'of some ids', (imports) => imports.controlSums(['entry-1', 'entry-2'])),
  ofImports('storedIds', 'of some ids', (imports) => imports.storedIds(['entry-1', 'entry-2'])),
  ofImports('chains', 'of some ids', (imports) => imports.chains(['one', 'entry-2'])),
  ofImports('removeInPast', 'two entries', (imports) =>
    imports.removeInPast(
      ['one', 'entry-2'].map((id) => ({ id, deletedAt: new Date(0), editReason: 'typo', editedBy: null })),
    ),
  ),
  ofAccounts('create', 'a new one', (accounts) => accounts.create({ id: 'acct-9', name: 'Margin' })),
  ofAccounts('get', 'by its id', (accounts) => accounts.get('acct-1')),
  ofAccounts('list', 'open', (accounts) => accounts.list()),
  ofAccounts('list', 'all', (accounts) => accounts.list({ status: 'all' })),
  ofAccounts('rename', 'one', (accounts) => accounts.rename('acct-1', 'IRA')),
  ofAccounts('close', 'an open one', (accounts) => accounts.close('acct-2', { at: instant })),
  ofAccounts('reopen', 'a closed one', (accounts) => accounts.reopen('acct-2')),
  ofUsers('create', 'a new one', (users) => users.create({ email: newcomer })),
  ofUsers('get', 'by the id', (users) => users.get('00000000-0000-7000-8000-000000000002')),
  ofUsers('findByEmail', 'who exists', (users) => users.findByEmail(newcomer)),
  ofUsers('findByEmailWithPasswordHash', 'who exists', (users) =>
    users.findByEmailWithPasswordHash(newcomer),
  ),
  {
    repository: 'users',
    method: 'lockByEmail',
    variant: 'who exists',
    call: ({ users, scope }) => scope.transaction(() => users.lockByEmail(newcomer)),
  },
  ofUsers('forEach', 'after a user', (users) =>
    users.forEach(() => Promise.resolve(), { after: '00000000-0000-7000-8000-000000000001' }),
  ),
  ofUsers('update', 'the address', (users) =>
    users.update('00000000-0000-7000-8000-000000000002', { email: 'moved@example.com' }),
  ),
  ofUsers('delete', 'with everything of theirs', (users) =>
    users.delete('00000000-0000-7000-8000-000000000003'),
  ),
  ofPositions('list', 'open', (positions) => positions.list({ today })),
  ofPositions('list', 'as known at an instant', (positions) => positions.list({ today, asOf: instant })),
  ofPositions('unmatched', 'at the end of a day', (positions) => positions.unmatched({ on: today })),
  ofLots('list', 'at average cost', (lots) => lots.list({ today })),
  ofLots('open', 'first in, first out', (lots) => lots.open({ today, method: 'fifo' })),
  ofLots('unmatched', 'of all accounts', (lots) => lots.unmatched({ today })),
  ofCash('premium', 'by week', (cash) => cash.premium({ per: 'week' })),
  ofCash('dividends', 'by month', (cash) => cash.dividends({ per: 'month' })),
  ofCash('fees', 'by year', (cash) => cash.fees({ per: 'year' })),
  ofCash('balances', 'of all accounts', (cash) => cash.balances()),
  ofCash('balances', 'at the end of a day', (cash) => cash.balances({ on: today })),
  ofProfit('realised', 'by month, by cash', (profit) => profit.realised({ per: 'month', today })),
  ofProfit('realised', 'by year, by tax', (profit) => profit.realised({ per: 'year', basis: 'tax', today })),
  ofProfit('closedLots', 'by tax', (profit) => profit.closedLots({ today })),
  ofProfit('unmatched', 'of all accounts', (profit) => profit.unmatched({ today })),
  ofProfit('unassignedFees', 'at the end of a day', (profit) => profit.unassignedFees({ on: today })),
  {
    repository: 'profit',
    method: 'closedLots',
    variant: 'with the fee of a trade that was amended',
    call: async ({ profit, journal }) => {
      await journal.append({ ...put, id: 'one:fee', type: 'fee' });
      return profit.closedLots({ today });
    },
  },
  {
    repository: 'profit',
    method: 'closedLots',
    variant: 'with the fee of a dividend',
    call: async ({ profit, journal }) => {
      await journal.append([
        { ...put, id: 'dividend', type: 'dividend' },
        { ...put, id: 'dividend:fee', type: 'fee' },
      ]);
      return profit.closedLots({ today });
    },
  },
  ofLegacy('positions', 'of all accounts', (legacy) => legacy.positions()),
  ofLegacy('lots', 'of all accounts', (legacy) => legacy.lots()),
  ofLegacy('minimumStrikes', 'at the end of a day', (legacy) => legacy.minimumStrikes({ on: today })),
  ofLegacy('minimumStrikeHistory', 'of all accounts', (legacy) => legacy.minimumStrikeHistory()),
  ofLegacy('weeklyPremium', 'of all accounts', (legacy) => legacy.weeklyPremium()),
  ofLegacy('costBasis', 'of all accounts', (legacy) => legacy.costBasis()),
  ofLegacy('costBasis', 'of an account, as known at an instant', (legacy) =>
    legacy.costBasis({ accountId: 'acct-2', asOf: instant }),
  ),
];
