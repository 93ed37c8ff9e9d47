import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type { NewAccount } from '../../accounts/accounts.repository.js';
import type { NewEntry } from '../../journal/new-entry.js';
import type { NewUser } from '../../users/users.repository.js';
import { sellPut, type OptionSale } from '../../trades/option-trades.js';
import type { TradeEntry } from '../../trades/trade-entries.js';

/**
 * Arguments of `UsersRepository.create` with a unique email.
 *
 * ```ts
 * const user = await users.create(makeUser());
 * await scope.run(user.id, async () => {
 *   await accounts.create(makeAccount());
 *   await journal.append(makeEntry({ amount: '520' }));
 * });
 * ```
 */
export function makeUser(overrides: Partial<NewUser> = {}): NewUser {
  return { email: `trader-${uuidv4()}@example.com`, ...overrides };
}

/** Arguments of `AccountsRepository.create`: the account `acct-1` of `makeEntry`, `makeTrade`. */
export function makeAccount(overrides: Partial<NewAccount> = {}): NewAccount & { id: string } {
  return { id: 'acct-1', name: 'Primary', ...overrides };
}

/** An entry to append, with a unique id: +312 for two AAPL puts sold on 5 January 2026. */
export function makeEntry(overrides: Partial<NewEntry> = {}): NewEntry & { id: string } {
  return {
    id: uuidv7(),
    ts: new Date('2026-01-05T15:30:00.000Z'),
    accountId: 'acct-1',
    type: 'sell_to_open',
    amount: '312',
    symbol: 'AAPL',
    qty: '2',
    strike: '180.5',
    expiration: '2026-02-20',
    meta: { leg: 'put' },
    ...overrides,
  };
}

/**
 * The entries of a trade to append, with unique ids: two AAPL puts sold on 5 January 2026 for +312,
 * and a fee of −1.30.
 *
 * @throws InvalidInputError for invalid overrides
 */
export function makeTrade(overrides: Partial<OptionSale> = {}): TradeEntry[] {
  return sellPut({
    ts: new Date('2026-01-05T15:30:00.000Z'),
    accountId: 'acct-1',
    symbol: 'AAPL',
    contracts: '2',
    strike: '180.5',
    expiration: '2026-02-20',
    price: '1.56',
    fee: '1.30',
    ...overrides,
  });
}
