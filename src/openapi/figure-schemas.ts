import { z } from 'zod';
import { cashRequest, type CashBalance, type PeriodCash } from '../figures/cash.read-model.js';
import { dayRequest } from '../figures/figure-request.js';
import type { UnassignedFee } from '../figures/ledger/unassigned-fees.js';
import type { UnmatchedEntry } from '../figures/ledger/unmatched.js';
import { positionsRequest, type OptionPosition } from '../figures/option-positions.read-model.js';
import { closedLotsRequest, profitRequest } from '../figures/profit.read-model.js';
import type { ClosedLot, RealisedProfit } from '../figures/profit.read-model.js';
import { lotsRequest, type OpenLot, type ShareLot } from '../figures/share-lots.read-model.js';

// Rules for JSON values.

export const decimalPattern = '^-?\\d{1,12}(\\.\\d{1,8})?$';
export const decimal = z.string().regex(new RegExp(decimalPattern));
/** A sum can have more digits than a column. */
export const sum = z.string().regex(/^-?\d+(\.\d+)?$/);
export const instant = z.iso.datetime();
export const day = z.iso.date();
export const uuid = z.guid();
export const count = z.int().min(0);

/** An object with a rule for each member of `T`. */
const row = <T>(members: Record<keyof T, z.ZodType>) => z.object(members);

const text = z.string();
const symbol = text.nullable();
const holding = { accountId: text, symbol };

/** The requests of the read models, and a row of each of their results. */
export const figures = {
  DayRequest: dayRequest,
  PositionsRequest: positionsRequest,
  LotsRequest: lotsRequest,
  CashRequest: cashRequest,
  ProfitRequest: profitRequest,
  ClosedLotsRequest: closedLotsRequest,
  OptionPosition: row<OptionPosition>({
    ...holding,
    leg: z.enum(['put', 'call']).nullable(),
    strike: sum.nullable(),
    expiration: day.nullable(),
    short: sum,
    long: sum,
    averageShortPremium: sum.nullable(),
    averageLongPremium: sum.nullable(),
    openedOn: day,
    daysToExpiration: z.int().nullable(),
    collateral: sum.nullable(),
    multiplier: sum.nullable(),
    isExpired: z.boolean(),
  }),
  ShareLot: row<ShareLot>({
    ...holding,
    shares: sum,
    totalCost: sum,
    averageCost: sum.nullable(),
    proceeds: sum,
    averageProceeds: sum.nullable(),
    netPremium: sum,
    minimumStrike: sum.nullable(),
    maximumStrike: sum.nullable(),
    coveredCallCapacity: sum,
  }),
  OpenLot: row<OpenLot>({ ...holding, entryId: text, acquiredOn: day, shares: sum, amount: sum }),
  PeriodCash: row<PeriodCash>({ period: text, symbol, count, amount: sum }),
  CashBalance: row<CashBalance>({ accountId: text, count, balance: sum }),
  RealisedProfit: row<RealisedProfit>({
    period: text,
    symbol,
    options: sum,
    shares: sum,
    dividends: sum,
    fees: sum,
    interest: sum,
    paymentsInLieu: sum,
    securitiesLending: sum,
    withheldTax: sum,
    rebates: sum,
    total: sum,
  }),
  ClosedLot: row<ClosedLot>({
    kind: z.enum(['shares', 'option']),
    ...holding,
    description: text,
    quantity: sum,
    acquired: day,
    sold: day,
    closedOn: day,
    proceeds: sum,
    basis: sum,
    code: z.literal('W').nullable(),
    adjustment: sum,
    gain: sum,
    term: z.enum(['short', 'long']),
    isSection1256: z.boolean(),
    openedBy: text,
    closedBy: text.nullable(),
  }),
  UnmatchedEntry: row<UnmatchedEntry>({ id: text, ...holding, quantity: sum, cash: sum }),
  UnassignedFee: row<UnassignedFee>({ id: text, ...holding, day, amount: sum }),
} as const;
