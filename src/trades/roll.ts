import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import { Decimal } from '../model/decimal.js';
import { checkInput } from '../model/input-check.js';
import { notNegative } from '../journal/new-entry.js';
import { storableKey } from '../model/storable.js';
import { anyLeg, isTradedInTime, optionContracts, tradedTooLate } from './options.js';
import type { Leg, OptionContracts } from './options.js';
import { buyToCloseDraft, scheduledExpirationDraft, sellToOpenDraft } from './short-options.js';
import { anyTrade, positive } from './trade.js';
import type { Trade } from './trade.js';
import { entriesOf, feeDraft, idOf, partOf } from './trade-entries.js';
import type { TradeEntry } from './trade-entries.js';

/** One side of a roll: the options that are bought back, or those that are sold in their place. */
export interface RolledOption extends OptionContracts {
  /** Premium per share. */
  price: DecimalString;
  /** What the broker took for this side. */
  fee?: DecimalString;
}

/**
 * A short option bought back and another one, of a later day or another strike, sold in its place.
 */
export interface Roll extends Trade {
  symbol: string;
  leg: Leg;
  close: RolledOption;
  open: RolledOption;
  underlyingPrice?: DecimalString | null;
  /** As of a sale to open. */
  scheduleExpiration?: boolean;
}

const closingSide = optionContracts.extend({ price: notNegative, fee: notNegative.optional() });
const openingSide = closingSide.extend({ price: positive });
const timely = z.custom<RolledOption & Pick<Roll, 'ts'>>().refine(isTradedInTime, tradedTooLate);
const anyRoll = anyTrade
  .extend({
    symbol: storableKey,
    leg: anyLeg,
    close: z.custom<RolledOption>(isObject, 'must be the option that is bought back'),
    open: z.custom<RolledOption>(isObject, 'must be the option that is sold'),
    underlyingPrice: notNegative.nullish(),
    scheduleExpiration: z.boolean('must be true or false').optional(),
  })
  .refine(({ close, open }) => isAnother(close, open), {
    path: ['open'],
    message: 'must have another strike or expiration than the option that is bought back',
  });

/**
 * A short option rolled: `buy_to_close`, − contracts × price × 100, and `sell_to_open`, + contracts
 * × price × 100, which name each other in `meta` (`rolledTo`, `rolledFrom`), each with its fee.
 * They are appended in one call, or not at all.
 *
 * @throws InvalidInputError
 */
export function roll(trade: Roll): TradeEntry[] {
  const checked = checkInput('roll', anyRoll, trade);
  const { leg, ts, underlyingPrice } = checked;
  const close = checkSide('closing side of a roll', closingSide, checked.close, ts);
  const open = checkSide('opening side of a roll', openingSide, checked.open, ts);
  const id = idOf(checked);
  const [closingId, openingId] = [partOf(id, 'close'), partOf(id, 'open')];
  const template = 'tmplRoll';
  return entriesOf(
    checked,
    [
      {
        ...buyToCloseDraft({ ...close, underlyingPrice }, { leg, template, rolledTo: openingId }),
        part: 'close',
      },
      ...feeDraft(close.fee, { template, rollPhase: 'close' }, 'close-fee'),
      {
        ...sellToOpenDraft({ ...open, underlyingPrice }, { leg, template, rolledFrom: closingId }),
        part: 'open',
      },
      ...feeDraft(open.fee, { template, rollPhase: 'open' }, 'open-fee'),
      ...(checked.scheduleExpiration === true ? [scheduledExpirationDraft(open, leg)] : []),
    ],
    id,
  );
}

function checkSide(
  what: string,
  schema: typeof closingSide,
  option: RolledOption,
  ts: Date,
): z.infer<typeof closingSide> {
  const checked = checkInput(what, schema, option);
  checkInput(what, timely, { ...checked, ts });
  return checked;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isAnother(close: RolledOption, open: RolledOption): boolean {
  if (close.expiration !== open.expiration) return true;
  const strikes = [close.strike, open.strike].map((strike) => positive.safeParse(strike).data);
  // What is no strike is complained of with its own side.
  return strikes.includes(undefined) || !new Decimal(close.strike).equals(open.strike);
}
