import { Decimal, type DecimalString } from '../model/decimal.js';
import { flag, notNegative } from '../journal/new-entry.js';
import {
  anyPrice,
  legRule,
  isBeforeExpiry,
  optionContractsRules,
  optionTradeDraft,
  positivePrice,
  scheduledExpiration,
  tradedTooLateProblem,
  withPrice,
} from './options.js';
import type { Leg, OptionContracts } from './options.js';
import { template, type TradeTemplate } from './template.js';
import { tradeRules, symbolKey, type Trade } from './trade.js';
import { entriesOf, feeDraft, idOf, partOf } from './trade-entries.js';

/** One side of a roll. */
export interface RolledOption extends OptionContracts {
  /**
   * Premium per share. Positive; 0 is allowed for the closing side. Optional if `total` is given.
   */
  price?: DecimalString;
  /**
   * Premium of all contracts in total, without the fee, as the broker rounded it. Positive; 0 is
   * allowed for the closing side. Default: contracts × price × multiplier.
   */
  total?: DecimalString;
  /** Fee of this side, in total; not negative. */
  fee?: DecimalString;
}

/**
 * Replaces a short option: buys back `close` and sells `open`, which has another expiration or
 * strike.
 */
export interface Roll extends Trade {
  symbol: string;
  leg: Leg;
  close: RolledOption;
  open: RolledOption;
  /** Price of the underlying share at the time of the trade; not negative. */
  underlyingPrice?: DecimalString | null;
  /** Also writes the `expiration` entry of `open`: see `OptionSale.scheduleExpiration`. */
  scheduleExpiration?: boolean;
}

const side = optionContractsRules.extend({ fee: notNegative.optional() });
const closingSide = withPrice(side.extend(anyPrice));
const openingSide = withPrice(side.extend(positivePrice));
const rollRules = tradeRules
  .extend({
    symbol: symbolKey,
    leg: legRule,
    close: closingSide,
    open: openingSide,
    underlyingPrice: notNegative.nullish(),
    scheduleExpiration: flag.optional(),
  })
  .refine(({ ts, close }) => isBeforeExpiry({ ...close, ts }), {
    ...tradedTooLateProblem,
    path: ['close', ...tradedTooLateProblem.path],
  })
  .refine(({ ts, open }) => isBeforeExpiry({ ...open, ts }), {
    ...tradedTooLateProblem,
    path: ['open', ...tradedTooLateProblem.path],
  })
  .refine(({ close, open }) => isDifferentOption(close, open), {
    path: ['open'],
    message: 'must have another strike or expiration than the option that is bought back',
  });

/**
 * Short option rolled: `buy_to_close`, − contracts × price × multiplier (or − `total`), and
 * `sell_to_open`, + contracts × price × multiplier (or + `total`), each with a `fee` entry.
 * `meta.rolledTo` and `meta.rolledFrom` hold each other's id. Append all entries in one call, so
 * that either all or none are stored.
 *
 * ```ts
 * const option = { contracts: '1', strike: '180' } as const;
 * const entries = roll({
 *   ...{ ts: new Date('2026-01-05T15:30:00Z'), accountId: 'acct-1', symbol: 'AAPL', leg: 'put' },
 *   close: { ...option, expiration: '2026-01-16', price: '0.4' },
 *   open: { ...option, expiration: '2026-02-20', price: '2.1' },
 * });
 * await journal.append(entries);
 * ```
 *
 * @throws InvalidInputError
 */
export const roll: TradeTemplate<Roll> = template(rollRules, (checked) => {
  const { leg, close, open, underlyingPrice } = checked;
  const id = idOf(checked);
  const [closingId, openingId] = [partOf(id, 'close'), partOf(id, 'open')];
  const ofTemplate = { template: 'tmplRoll' };
  return entriesOf(
    checked,
    [
      {
        ...optionTradeDraft(
          'buy_to_close',
          { ...close, underlyingPrice },
          { leg, ...ofTemplate, rolledTo: openingId },
        ),
        part: 'close',
      },
      ...feeDraft(close.fee, { ...ofTemplate, rollPhase: 'close' }, 'close-fee'),
      {
        ...optionTradeDraft(
          'sell_to_open',
          { ...open, underlyingPrice },
          { leg, ...ofTemplate, rolledFrom: closingId },
        ),
        part: 'open',
      },
      ...feeDraft(open.fee, { ...ofTemplate, rollPhase: 'open' }, 'open-fee'),
      ...scheduledExpiration(open, leg, checked.scheduleExpiration),
    ],
    id,
  );
});

function isDifferentOption(close: RolledOption, open: RolledOption): boolean {
  return close.expiration !== open.expiration || !new Decimal(close.strike).equals(open.strike);
}
