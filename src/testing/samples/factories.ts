import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type { NewAccount } from '../../accounts/accounts.repository.js';
import type { NewEntry } from '../../journal/new-entry.js';
import type { NewUser } from '../../users/users.repository.js';
import { sellPut } from '../../trades/short-options.js';
import type { OptionSale } from '../../trades/short-options.js';
import type { TradeEntry } from '../../trades/trade-entries.js';

/** A user to create, with an address of their own. */
export function makeUser(different: Partial<NewUser> = {}): NewUser {
  return { email: `trader-${uuidv4()}@example.com`, ...different };
}

/** The account to create in which `makeEntry` and `makeTrade` place what they make. */
export function makeAccount(different: Partial<NewAccount> = {}): NewAccount & { id: string } {
  return { id: 'acct-1', name: 'Primary', ...different };
}

/** An entry to append: the premium of two puts sold on 5 January 2026, with an id of its own. */
export function makeEntry(different: Partial<NewEntry> = {}): NewEntry & { id: string } {
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
    ...different,
  };
}

/**
 * The entries of a trade to append: two puts sold on 5 January 2026, and the fee.
 * @throws InvalidInputError
 */
export function makeTrade(different: Partial<OptionSale> = {}): TradeEntry[] {
  return sellPut({
    ts: new Date('2026-01-05T15:30:00.000Z'),
    accountId: 'acct-1',
    symbol: 'AAPL',
    contracts: '2',
    strike: '180.5',
    expiration: '2026-02-20',
    price: '1.56',
    fee: '1.30',
    ...different,
  });
}
