import { JournalRepository } from '../../src/journal/journal.repository.js';
import type { JournalEntry } from '../../src/model/journal-entry.entity.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { UserScope } from '../../src/isolation/user-scope.js';
import type { ImportReport } from '../../src/browser/import/report/import-report.js';
import type { ImportApplication } from './import-application.js';
import { legacyEntry } from './legacy-journals.js';
import type { LegacyCells, LegacyFolder } from './legacy-journals.js';

/**
 * The localStorage of the browser application: values by key. Each value is stored as JSON text.
 */
type BrowserStorage = Record<string, unknown>;

/** The JSON of `localStorage`. */
export function localStorageDump(storage: BrowserStorage): string {
  const texts = Object.entries(storage).map(([key, value]) => [key, JSON.stringify(value)]);
  return JSON.stringify(Object.fromEntries(texts));
}

/** Imports journals together with localStorage dumps, and reads the stored rows. */
export class StorageImports {
  constructor(
    private readonly application: ImportApplication,
    private readonly files: LegacyFolder,
  ) {}

  async import(
    email: string,
    journal: LegacyCells[],
    storage?: BrowserStorage,
    options: Parameters<ImportApplication['import']>[2] = {},
  ): Promise<ImportReport> {
    const file = await this.files.write({ journal });
    const localStorageFile = storage && (await this.files.writeBytes(localStorageDump(storage)));
    return this.application.import(file, email, { localStorageFile, ...options });
  }

  async inScope<T>(email: string, work: (journal: JournalRepository) => Promise<T>): Promise<T> {
    const user = await this.application.get(UsersRepository).findByEmail(email);
    return this.application
      .get(UserScope)
      .run(user?.id ?? '', () => work(this.application.get(JournalRepository)));
  }

  /** The live entries, newest first. */
  journalOf(email: string): Promise<JournalEntry[]> {
    return this.inScope(email, async (journal) => (await journal.page({ limit: 100 })).entries);
  }

  historyOf(email: string, id: string): Promise<JournalEntry[]> {
    return this.inScope(email, (journal) => journal.history(id));
  }
}

/** Midnight in Denver (standard time) as an ISO timestamp. */
export const midnight = (day: string) => `${day}T07:00:00.000Z`;

/** Rows of the application for a sold AAPL put: strike 150, expiration 15 December 2025. */
export function soldPut(id: string, cells: LegacyCells = {}): LegacyCells[] {
  const contract = { symbol: 'AAPL', qty: 1, strike: 150, expiration: midnight('2025-12-15'), ...cells };
  const written = { ts: contract.expiration, amount: 0, meta: '{"closes":"sell_to_open"}' };
  return [
    legacyEntry(id, { type: 'sell_to_open', amount: 220, meta: '{"leg":"put"}', ...contract }),
    legacyEntry(`${id}-fee`, { meta: '{"template":"tmplSellPut"}' }),
    legacyEntry(`${id}-end`, { type: 'expiration', ...contract, ...written }),
  ];
}

/** An item of `wheel_dte_overrides` for the put of {@link soldPut}. */
export function corrected(to: string, at = '2025-11-20T10:00:00.000Z', from = midnight('2025-12-15')) {
  const positionId = `AAPL_150_${from}`;
  const override = { positionId, ticker: 'AAPL', strike: 150, originalDte: 20, overrideDte: 24 };
  return { [positionId]: { ...override, overrideExpiration: to, timestamp: Date.parse(at) } };
}

/** An item of `journal.v1`: a bought TSLA call. */
export const bought = {
  id: 'second-1',
  when: '2025-11-25T01:00:00.000Z',
  ...{ kind: 'buy_close', symbol: 'TSLA', contracts: 1, strike: 400, premium: 2.5, fees: 0.7, type: 'C' },
  side: 'B',
};

/** A fee entry as the application writes it. */
export const cost = (id: string, cells: LegacyCells = {}) =>
  legacyEntry(id, {
    ...{ symbol: 'TSLA', ts: midnight('2025-11-25'), amount: -250.7, meta: '{}', notes: 'LEAPS' },
    created_at: '2025-11-25 01:00:00',
    ...cells,
  });
