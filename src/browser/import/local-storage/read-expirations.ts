import { z } from 'zod';
import { storableDay, storableKey } from '../../../model/storable.js';
import { isObject } from '../read/json-values.js';
import { checkItem, longestShown, money, price, shortened } from './check-item.js';
import { expirationsKey } from './known-keys.js';
import type { ExpirationCorrection } from './local-storage.js';
import type { UnreadableItem } from '../report/local-storage-report.js';

const lastInstant = Date.UTC(9999, 11, 31);

const override = z.object({
  ticker: storableKey,
  strike: price,
  overrideExpiration: storableDay,
  timestamp: z.int().min(0).max(lastInstant),
});

/**
 * Reads `wheel_dte_overrides`, an object of corrections by position. A key is
 * `symbol_strike_expiration`, with the strike as JavaScript prints it and the expiration as in
 * SQLite: `AAPL_150_2025-12-19T07:00:00.000Z`.
 */
export function readExpirations(value: unknown, unreadable: UnreadableItem[]): ExpirationCorrection[] {
  if (value === undefined) return [];
  if (!isObject(value)) {
    unreadable.push({ key: expirationsKey, item: null, reason: 'is not an object' });
    return [];
  }
  return Object.entries(value).flatMap(([position, given]) => {
    const item = shortened(position);
    const checked = checkItem(override, given, { key: expirationsKey, item }, unreadable);
    if (checked === undefined) return [];
    const { ticker, strike, overrideExpiration, timestamp } = checked;
    const contract = `${ticker}_${strike}_`;
    if (!position.startsWith(contract)) {
      const reason = 'is not the key of a position with this ticker and strike';
      unreadable.push({ key: expirationsKey, item, reason });
      return [];
    }
    const expiration = position.slice(contract.length);
    // `shortened` could turn a longer text into a valid day.
    if (expiration.length > longestShown) {
      const reason = `has more than ${longestShown} characters in place of the expiration`;
      unreadable.push({ key: expirationsKey, item, reason });
      return [];
    }
    const correctedAt = new Date(timestamp).toISOString();
    return [{ symbol: ticker, strike: money(strike), expiration, to: overrideExpiration, correctedAt }];
  });
}
