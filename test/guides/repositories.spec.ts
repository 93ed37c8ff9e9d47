// @slow: starts the application of the guide
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  AccountsRepository,
  JournalEntry,
  JournalExportModule,
  JournalExportService,
  JournalImportModule,
  JournalImportService,
  LegacyReadModel,
  User,
  UsersRepository,
} from 'trading-journal-database';
import type { NewEntry, UserScope } from 'trading-journal-database';
import { sellPut } from 'trading-journal-database/trades';
import { IsNull } from 'typeorm';
import type { Repository } from 'typeorm';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

// Excerpts of the guides, which snippets.spec.ts compares, with expectations between them.
describe('the examples of the guides to the repositories', () => {
  let app: JournalUnderTest;
  let userId: string;
  let folder: string;

  beforeAll(async () => {
    app = await startJournal({}, [JournalImportModule, JournalExportModule]);
    folder = await mkdtemp(join(tmpdir(), 'guides-'));
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    userId = await app.newUser();
  });

  const append = (...entries: NewEntry[]) => app.scope.run(userId, () => app.journal.append(entries));

  it('create, rename, close and reopen an account', async () => {
    const userScope = app.scope;
    const accounts = app.get(AccountsRepository);
    await app.users.delete(userId);
    userId = (await app.users.create({ email: 'anna@example.com' })).id;
    await userScope.run(userId, async () => {
      await accounts.create({ id: 'acct-1', name: 'Taxable' });
      await accounts.rename('acct-1', 'Margin');
      await accounts.close('acct-1', { at: new Date('2025-12-31T21:00:00Z') });
      expect(await accounts.list()).toEqual([]);
      await accounts.list(); // []
      expect(await accounts.list({ status: 'all' })).toMatchObject([
        { id: 'acct-1', name: 'Margin', closedAt: new Date('2025-12-31T21:00:00Z') },
      ]);
      await accounts.list({ status: 'all' }); // [{ id: 'acct-1', name: 'Margin', closedAt: 2025-12-31T21:00:00.000Z, … }]
      await accounts.reopen('acct-1');
      expect(await accounts.get('acct-1')).toMatchObject({ closedAt: null });
    });
  });

  it('amend, remove and restore an entry', async () => {
    const { scope: userScope, journal } = app;
    await append(putSold({ id: 'put-1' }));
    await userScope.run(userId, async () => {
      await journal.amend(
        'put-1',
        { strike: '185' },
        { reason: 'wrong strike', editedBy: 'anna', id: 'put-2' },
      );
      await journal.remove('put-2', { reason: 'never happened', editedBy: 'anna' });
      await journal.restore('put-1', { reason: 'it did happen', id: 'put-3' });
      const versions = await journal.history('put-2'); // put-1, put-2, put-3
      expect(versions.map(({ id }) => id)).toEqual(['put-1', 'put-2', 'put-3']);
      const { entries } = await journal.asOf(new Date('2026-03-01'), { symbol: 'AAPL' });
      expect(entries).toEqual([]);
    });
  });

  it('append one entry, and a list', async () => {
    const { journal } = app;
    const common = { ts: new Date('2026-11-27'), accountId: 'acct-1', symbol: 'SPY' };
    const option = { contracts: '1', strike: '540', expiration: '2026-12-18', price: '1.56' } as const;
    const trade = { ...common, ...option };
    await app.scope.run(userId, async () => {
      const one = await journal.append({ ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '-0.65' });
      const all = await journal.append(sellPut(trade)); // a list: all entries or none
      expect(one).toMatchObject({ type: 'fee', amount: '-0.65000000' });
      expect(all).toMatchObject([{ type: 'sell_to_open' }]);
    });
  });

  it('list users', async () => {
    const userScope = app.scope;
    const rows: Repository<User> = app.dataSource.getRepository(User);
    const page = await userScope.withAllUsers(
      () => rows.find({ order: { email: 'ASC' }, take: 50 }), // @InjectRepository(User) rows: Repository<User>
    );
    expect(page.map(({ id }) => id)).toContain(userId);
    expect(page[0]).not.toHaveProperty('passwordHash');
  });

  it('filter by meta', async () => {
    const { journal } = app;
    await append(
      putSold({ id: 'put-1', meta: { leg: 'put', strategy: 'wheel', tags: ['earnings'] } }),
      putSold({ id: 'put-2', meta: { leg: 'put', strategy: 'wheel' } }),
      putSold({ id: 'put-3' }),
    );
    await app.scope.run(userId, async () => {
      const { entries } = await journal.page({ meta: { strategy: 'wheel', tag: 'earnings' } });
      const { count, net } = await journal.totals({ meta: { strategy: 'wheel' } });
      expect(entries.map(({ id }) => id)).toEqual(['put-1']);
      expect({ count, net }).toEqual({ count: 2, net: '520.82619624' });
    });
  });

  it('read the journal by plain TypeORM', async () => {
    const entries: Repository<JournalEntry> = app.dataSource.getRepository(JournalEntry);
    await append(putSold({ id: 'put-1' }));
    await app.scope.run(userId, async () => {
      await app.journal.amend('put-1', { strike: '185' }, { id: 'put-2', reason: 'wrong strike' });
      expect(await entries.find()).toHaveLength(1);
      await entries.find(); // live entries
      expect(await entries.find({ withDeleted: true })).toHaveLength(2);
      await entries.find({ withDeleted: true }); // all entries
      expect(await entries.createQueryBuilder('entry').withDeleted().getMany()).toHaveLength(2);
      await entries.createQueryBuilder('entry').withDeleted().getMany(); // all entries
      expect(
        await entries.find({
          withDeleted: true,
          where: { deletedAt: IsNull() },
          relations: { originalEntry: true },
        }),
      ).toMatchObject([{ id: 'put-2', originalEntry: { id: 'put-1' } }]);
      await entries.find({
        withDeleted: true,
        where: { deletedAt: IsNull() },
        relations: { originalEntry: true },
      });
    });
  });

  it('page by number and by cursor', async () => {
    const { journal } = app;
    await append(...Array.from({ length: 45 }, (_, place) => putSold({ id: `put-${place}` })));
    await app.scope.run(userId, async () => {
      const { items, total, page, pages } = await journal.numberedPage({
        page: 2,
        limit: 20,
        symbol: 'AAPL',
      });
      // items: at most 20 entries; total: 45; page: 2; pages: 3
      expect({ items: items.length, total, page, pages }).toEqual({
        items: 20,
        total: 45,
        page: 2,
        pages: 3,
      });

      const first = await journal.page({ symbol: 'AAPL', limit: 20 });
      if (first.next !== null) await journal.page({ symbol: 'AAPL', limit: 20, after: first.next });
      expect(first.next).not.toBeNull();
    });
  });

  it('run a job for every user', async () => {
    const { journal } = app;
    const users = app.get(UsersRepository);
    const mails = new Map<string, string>();
    const mailer = {
      send: async (email: string, net: string) => mails.set(email, await Promise.resolve(net)),
    };
    const { signal } = new AbortController();
    await append(putSold());
    const { email } = await users.get(userId);
    const { done, failed, last, isComplete } = await users.forEach(
      async (user) => {
        const { net } = await journal.totals(); // of this user
        await mailer.send(user.email, net);
      },
      { signal },
    );
    expect({ done, failed, isComplete }).toEqual({ done: mails.size, failed: 0, isComplete: true });
    expect(mails.get(email)).toBe('260.41309812');
    expect(last).not.toBeNull();
  });

  it('work in a scope', async () => {
    class Example {
      constructor(
        private readonly entries: Repository<JournalEntry>,
        private readonly scope: UserScope,
        private readonly accounts: AccountsRepository,
      ) {}

      async readAndWrite(userScope: UserScope, id: string): Promise<void> {
        await userScope.run(userId, () => this.entries.find()); // the user's live entries, without a `where`
        await userScope.run(userId, () => this.entries.update({ id }, { amount: '0' })); // permission denied: the journal is append-only
      }

      async createFirstAccount(id: string): Promise<void> {
        await this.scope.run(id, () => this.accounts.create({ name: 'Margin' }));
      }
    }
    const example = new Example(app.dataSource.getRepository(JournalEntry), app.scope, app.accounts);
    await append(putSold({ id: 'put-1' }));
    await expect(example.readAndWrite(app.scope, 'put-1')).rejects.toThrow('permission denied');
    await example.createFirstAccount(userId);
    const names = await app.scope.run(userId, async () =>
      (await app.accounts.list()).map(({ name }) => name),
    );
    expect(names.sort()).toEqual(['IRA', 'Margin', 'Taxable']);
  });

  it('import a journal, with its progress', async () => {
    const imports = app.get(JournalImportService);
    const { email } = await app.users.get(userId);
    const file = join('test', 'fixtures', 'options-tracker.db');
    const [timeZone, { signal }] = ['America/Denver', new AbortController()];
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const report = await imports.import({ file, email, timeZone, signal }, (phase, done, total) => {
      console.log(`${phase}: ${done} of ${total}`); // check: 500 of 4213
    });
    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(report.entries.inserted).toBeGreaterThan(0);
    expect(lines.at(-1)).toMatch(/^load: (\d+) of \1$/);
  });

  it('export a journal', async () => {
    const { email } = await app.users.get(userId);
    const response = new PassThrough();
    await append(...sellPut({ ...trade, id: 'put-1' }));
    const written = text(response);
    const file = join(folder, 'journal.json');
    const exports = app.get(JournalExportService);
    await exports.exportFile({ email, format: 'json', file });
    await exports.write({ email, format: 'ndjson' }, response); // any Writable
    expect(await readFile(file, 'utf8')).toContain('"put-1"');
    expect(await written).toContain('"put-1"');
  });

  it('show the figures of the browser application', async () => {
    await append(putSold());
    await app.scope.run(userId, async () => {
      const legacy = app.get(LegacyReadModel);
      const positions = await legacy.positions({ accountId: 'acct-1' });
      const lots = await legacy.lots({ symbol: 'AAPL' });
      const weeks = await legacy.weeklyPremium();
      const costs = await legacy.costBasis({ asOf: new Date('2026-03-01') });
      expect(positions).toMatchObject([{ symbol: 'AAPL', qty: '2.00000000' }]);
      expect([...lots, ...costs]).toEqual([]);
      expect(weeks).toMatchObject([{ premium: '260.41309812' }]);
    });
  });
});

const trade = {
  ts: new Date('2026-01-05T15:30:00Z'),
  accountId: 'acct-1',
  symbol: 'SPY',
  contracts: '2',
  strike: '540',
  expiration: '2026-12-18',
  price: '1.56',
  fee: '1.30',
} as const;
