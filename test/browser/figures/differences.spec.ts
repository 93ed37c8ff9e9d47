// @slow: derives the figures of twelve journals
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LegacyReadModel, UserScope, UsersRepository } from '../../../src/index.js';
import { openLegacyFile } from '../../../src/browser/import/read/open-legacy-file.js';
import { BrowserFigures } from './browser-figures.js';
import { localStorageDump } from '../../support/browser-storage.js';
import { ImportApplication } from '../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../support/legacy-journals.js';
import type { LegacyCells } from '../../support/legacy-journals.js';
import { sectionTable } from '../../support/document-tables.js';

const application = new ImportApplication();
const files = new LegacyFolder();

/** The figures of one side as numbers. */
interface Shown {
  positions: { symbol: string | null; qty: number; entry: number; opened: string }[];
  lots: { symbol: string | null; qty: number; costPerShare: number }[];
}

function byBrowser(journal: readonly LegacyCells[]): Shown {
  const figures = new BrowserFigures(journal);
  return { positions: figures.positions(), lots: figures.lots() };
}

/**
 * Imports the rows for a new user, with corrected expirations by position, and reads the figures by
 * the rules of the browser application.
 */
async function byReadModel(journal: readonly LegacyCells[], overrides: object = {}): Promise<Shown> {
  const email = application.newEmail();
  const localStorageFile = await files.writeBytes(localStorageDump({ wheel_dte_overrides: overrides }));
  await application.import(await files.write({ journal }), email, { localStorageFile });
  const user = await application.get(UsersRepository).findByEmail(email);
  const legacy = application.get(LegacyReadModel);
  return application.get(UserScope).run(user?.id ?? '', async () => ({
    positions: (await legacy.positions()).map(({ symbol, qty, entry, opened }) => ({
      ...{ symbol, qty: Number(qty), entry: Number(entry), opened },
    })),
    lots: (await legacy.lots()).map(({ symbol, qty, costPerShare }) => ({
      ...{ symbol, qty: Number(qty), costPerShare: Number(costPerShare) },
    })),
  }));
}

/** Rows of one contract or symbol, by type, and by day in January 2026 or timestamp. */
function rows(...all: [ts: number | string, type: string, cells: LegacyCells][]): LegacyCells[] {
  return all.map(([ts, type, cells], place) =>
    legacyEntry(`row-${place}`, {
      ts: typeof ts === 'number' ? new Date(Date.UTC(2026, 0, ts)).toISOString() : ts,
      type,
      created_at: `2026-01-31 12:00:0${place}`,
      ...(type.startsWith('share_') || type === 'assignment_shares' ? {} : contract),
      ...cells,
    }),
  );
}

const contract = { strike: 180, expiration: '2026-01-30' };
const sold = (qty: number | null, amount: number, cells: LegacyCells = {}): LegacyCells => ({
  qty,
  amount,
  ...cells,
});
const assigned = JSON.stringify({ assigned: true });

/** Journals whose figures differ, by the first cell of the guide's table. */
const cases: Record<
  string,
  { journal: LegacyCells[]; overrides?: object; figure: (shown: Shown) => number | string }
> = {
  'several sales, partly bought back': {
    journal: rows(
      [5, 'sell_to_open', sold(3, 750)],
      [6, 'sell_to_open', sold(1, 200)],
      [7, 'buy_to_close', { qty: 1, amount: -150 }],
    ),
    figure: ({ positions }) => positions[0]?.entry ?? NaN,
  },
  'a sale, partly bought back': {
    journal: rows([5, 'sell_to_open', sold(3, 750)], [7, 'buy_to_close', { qty: 1, amount: -150 }]),
    figure: ({ positions }) => positions[0]?.opened ?? '',
  },
  'a sale without premium': {
    journal: rows([5, 'sell_to_open', sold(1, 200)], [6, 'sell_to_open', sold(1, 0)]),
    figure: ({ positions }) => positions[0]?.entry ?? NaN,
  },
  'an option without contracts': {
    journal: rows([5, 'sell_to_open', sold(null, 200)]),
    figure: ({ positions }) => positions.length,
  },
  'a sale without strike or expiration': {
    journal: rows([5, 'sell_to_open', sold(1, 200, { strike: null })]),
    figure: ({ positions }) => positions.length,
  },
  'an expiration in both forms': {
    journal: rows(
      [5, 'sell_to_open', sold(1, 200)],
      [6, 'sell_to_open', sold(1, 200, { expiration: '2026-01-30T07:00:00.000Z' })],
    ),
    figure: ({ positions }) => positions.length,
  },
  'a corrected expiration': {
    journal: rows(
      [5, 'sell_to_open', sold(1, 200)],
      [6, 'buy_to_close', { qty: 1, amount: -50, expiration: '2026-02-06' }],
    ),
    overrides: {
      'AAPL_180_2026-01-30': { ticker: 'AAPL', strike: 180, overrideExpiration: '2026-02-06', timestamp: 0 },
    },
    figure: ({ positions }) => positions.length,
  },
  'an assignment that was edited': {
    journal: rows(
      [5, 'sell_to_open', sold(2, 400)],
      [6, 'expiration', { qty: 1, amount: 0, meta: JSON.stringify(assigned) }],
    ),
    figure: ({ positions }) => positions[0]?.qty ?? 0,
  },
  'a tie within one second': {
    journal: rows(
      ['2026-01-05T15:00:00.100Z', 'assignment_shares', { qty: 100, amount: -17000 }],
      ['2026-01-05T15:00:00.900Z', 'share_sale', { qty: 100, amount: 18000 }],
    ),
    figure: ({ lots }) => lots[0]?.qty ?? 0,
  },
  'a tie after the clock was set back': {
    journal: rows(
      [5, 'assignment_shares', { qty: 100, amount: -17000, created_at: '2026-01-31 13:00:00' }],
      [5, 'share_sale', { qty: 100, amount: 18000 }],
    ),
    figure: ({ lots }) => lots[0]?.qty ?? 0,
  },
  'a tie with an edited trade': {
    journal: rows(
      [
        5,
        'assignment_shares',
        { qty: 100, amount: -17000, deleted_at: '2026-01-31T12:00:02.000Z', edit_reason: 'Edited by user' },
      ],
      [5, 'share_sale', { qty: 100, amount: 18000 }],
      [5, 'assignment_shares', { qty: 100, amount: -17100 }],
    ),
    figure: ({ lots }) => lots[0]?.qty ?? 0,
  },
  'cost without shares': {
    journal: rows(
      [5, 'assignment_shares', { qty: 10, amount: -1000 }],
      [6, 'share_sale', { qty: 5, amount: 600 }],
      [7, 'assignment_shares', { qty: null, amount: -100 }],
    ),
    figure: ({ lots }) => lots[0]?.costPerShare ?? NaN,
  },
  'shares without a symbol': {
    journal: rows([5, 'assignment_shares', { symbol: null, qty: 100, amount: -1700 }]),
    figure: ({ lots }) => lots.length,
  },
  'a symbol with blanks around it': {
    journal: rows(
      [5, 'assignment_shares', { symbol: 'SPY', qty: 100, amount: -17000 }],
      [6, 'assignment_shares', { symbol: 'SPY ', qty: 100, amount: -17000 }],
    ),
    figure: ({ lots }) => lots.length,
  },
  'fractions in doubles': {
    journal: rows(
      [5, 'assignment_shares', { qty: 0.1, amount: -17 }],
      [6, 'assignment_shares', { qty: 0.2, amount: -34 }],
    ),
    figure: ({ lots }) => lots[0]?.qty ?? 0,
  },
};

const table = sectionTable('docs/guides/figures/browser-application.md', 'As the browser application had it');

describe('The figures by the rules of the browser application', () => {
  it('differ from its own figures only in the cases that the guide lists', () => {
    expect(table.map(([name]) => name)).toEqual(Object.keys(cases));
  });

  it.each(Object.entries(cases))('differ from its own figures: %s', async (name, one) => {
    const { journal, overrides, figure } = one;
    const [, browser, readModel] = table.find(([label]) => label === name) ?? [];
    expect(String(figure(byBrowser(journal)))).toBe(bold(browser));
    expect(String(figure(await byReadModel(journal, overrides)))).toBe(bold(readModel));
  });

  it('equal its own figures in all other journals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(symbolJournal, { minLength: 200, maxLength: 200 }), async (journals) => {
        const journal = journals.flatMap((all, place) =>
          all.map((cells, row) => legacyEntry(`${place}-${row}`, { symbol: `S${place}`, ...cells })),
        );
        const readModel = await byReadModel(journal);
        expect(readModel.positions.length).toBeGreaterThan(50);
        expect(readModel.lots.length).toBeGreaterThan(50);
        expect(inOrder(readModel)).toEqual(near(inOrder(byBrowser(journal))));
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

const bold = (cell = '') => /\*\*(.+?)\*\*/.exec(cell)?.[1];

/** Rounds off the floating-point error of doubles. */
function near({ positions, lots }: Shown): unknown {
  const close = (value: number) => expect.closeTo(value, 6) as unknown;
  return {
    positions: positions.map((position) => ({ ...position, entry: close(position.entry) })),
    lots: lots.map((lot) => ({ ...lot, costPerShare: close(lot.costPerShare) })),
  };
}

function inOrder({ positions, lots }: Shown): Shown {
  const bySymbol = (one: { symbol: string | null }, other: { symbol: string | null }) =>
    (one.symbol ?? '') < (other.symbol ?? '') ? -1 : 1;
  const columns = positions.map(({ symbol, qty, entry, opened }) => ({ symbol, qty, entry, opened }));
  return { positions: columns.sort(bySymbol), lots: lots.toSorted(bySymbol) };
}

/** Few distinct days, so that ties are frequent. */
const ts = fc.integer({ min: 1, max: 5 }).map((day) => new Date(Date.UTC(2026, 0, day)).toISOString());
const qty = fc.integer({ min: 1, max: 300 });
const isDeleted = fc.integer({ min: 0, max: 5 }).map((value) => value === 0);

const shareTrade = fc
  .record({ ts, qty, isBought: fc.boolean(), price: fc.integer({ min: 1, max: 50_000 }), isDeleted })
  .map(({ isBought, price, ...trade }) => ({
    ...trade,
    type: isBought ? 'assignment_shares' : 'share_sale',
    amount: ((isBought ? -1 : 1) * trade.qty * price) / 100,
  }));

/** Sales and assignments of one contract. Entries that close nothing come with them. */
const optionTrade = fc
  .record({
    ts,
    qty,
    type: fc.constantFrom('sell_to_open', 'option_premium', 'assignment', 'expiration', 'fee'),
    cents: fc.integer({ min: 1, max: 500 }),
    isDeleted,
  })
  .map(({ cents, type, ...trade }) => ({
    ...trade,
    ...contract,
    type: type === 'assignment' ? 'expiration' : type,
    meta: type === 'assignment' ? assigned : '{}',
    amount: type === 'sell_to_open' || type === 'option_premium' ? trade.qty * cents : 0,
  }));

/** The rows of one symbol in recording order. */
const symbolJournal = fc.array(fc.oneof(shareTrade, optionTrade), { maxLength: 12 }).map((trades) =>
  trades.map(({ isDeleted, ...cells }) => ({
    ...cells,
    deleted_at: isDeleted ? '2026-02-01 12:00:00' : null,
  })),
);

/** The figures that the browser application displayed. */
interface Expected {
  positions: { id: string; ticker: string; strike: number; qty: number; entry: number; opened: string }[];
  lots: { ticker: string; qty: number; costPerShare: number }[];
}

const fixture = (file: string) => resolve('test', 'fixtures', file);
const databases: [database: string, name: string, timeZone: string][] = [
  ['options-tracker.db', 'options-tracker', 'America/Denver'],
  ['import/london-week1.sqlite', 'import/london-week1', 'Europe/London'],
  ['import/london-week2.sqlite', 'import/london-week2', 'Europe/London'],
  ['import/denver-upgraded.sqlite', 'import/denver-upgraded', 'America/Denver'],
  ['import/sydney-roll.sqlite', 'import/sydney-roll', 'Australia/Sydney'],
];

/** The figures that the browser application displays for a database. */
async function figuresOf(path: string): Promise<BrowserFigures> {
  const source = await openLegacyFile(path);
  const figures = new BrowserFigures([...source.journal()] as LegacyCells[]);
  source.close();
  return figures;
}

describe('The oracle of these tests', () => {
  it.each(databases)(
    'calculates the figures that the browser application displays: %s',
    async (database, name) => {
      const shown = JSON.parse(await readFile(fixture(`${name}.expected.json`), 'utf8')) as Expected;
      const figures = await figuresOf(fixture(database));
      const positions = figures.positions().map(({ symbol, strike, expiration, ...position }) => ({
        id: `${symbol}_${strike}_${expiration}`,
        ticker: symbol,
        strike,
        ...position,
      }));
      expect(shown.positions).toMatchObject(positions);
      expect(shown.positions).toHaveLength(positions.length);
      expect(shown.lots).toEqual(figures.lots().map(({ symbol, ...lot }) => ({ ticker: symbol, ...lot })));
    },
  );
});

it.each(databases)(
  'The browser application displays equal lots of %s for an exported database',
  async (database, _, timeZone) => {
    const email = application.newEmail();
    await application.import(fixture(database), email, { timeZone });
    const file = files.path(`${email}.sqlite`);
    await application.export({ email, format: 'sqlite', file });
    const [original, exported] = [await figuresOf(fixture(database)), await figuresOf(file)];

    expect(original.lots().length).toBeGreaterThan(0);
    expect(exported.lots()).toEqual(
      original.lots().map((lot) => ({
        ...lot,
        qty: expect.closeTo(lot.qty, 6),
        costPerShare: expect.closeTo(lot.costPerShare, 6),
      })),
    );
  },
);
