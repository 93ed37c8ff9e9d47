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
/** A figure can have more digits than a column. */
export const anyDecimal = z.string().regex(/^-?\d+(\.\d+)?$/);
export const instant = z.iso.datetime();
export const day = z.iso.date();
export const uuid = z.guid();
export const count = z.int().min(0);

/** An object with a rule for each member of `T`. */
const rowOf = <T>(members: Record<keyof T, z.ZodType>) => z.object(members);

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
  OptionPosition: rowOf<OptionPosition>({
    ...holding,
    leg: z.enum(['put', 'call']).nullable(),
    strike: anyDecimal.nullable(),
    expiration: day.nullable(),
    short: anyDecimal,
    long: anyDecimal,
    averageShortPremium: anyDecimal.nullable(),
    averageLongPremium: anyDecimal.nullable(),
    openedOn: day,
    daysToExpiration: z.int().nullable(),
    collateral: anyDecimal.nullable(),
    multiplier: anyDecimal.nullable(),
    isExpired: z.boolean(),
  }),
  ShareLot: rowOf<ShareLot>({
    ...holding,
    shares: anyDecimal,
    totalCost: anyDecimal,
    averageCost: anyDecimal.nullable(),
    proceeds: anyDecimal,
    averageProceeds: anyDecimal.nullable(),
    netPremium: anyDecimal,
    minimumStrike: anyDecimal.nullable(),
    maximumStrike: anyDecimal.nullable(),
    coveredCallCapacity: anyDecimal,
  }),
  OpenLot: rowOf<OpenLot>({
    ...holding,
    entryId: text,
    acquiredOn: day,
    shares: anyDecimal,
    amount: anyDecimal,
  }),
  PeriodCash: rowOf<PeriodCash>({ period: text, symbol, count, amount: anyDecimal }),
  CashBalance: rowOf<CashBalance>({ accountId: text, count, balance: anyDecimal }),
  RealisedProfit: rowOf<RealisedProfit>({
    period: text,
    symbol,
    options: anyDecimal,
    shares: anyDecimal,
    dividends: anyDecimal,
    fees: anyDecimal,
    interest: anyDecimal,
    paymentsInLieu: anyDecimal,
    securitiesLending: anyDecimal,
    withheldTax: anyDecimal,
    rebates: anyDecimal,
    total: anyDecimal,
  }),
  ClosedLot: rowOf<ClosedLot>({
    kind: z.enum(['shares', 'option']),
    ...holding,
    description: text,
    quantity: anyDecimal,
    acquired: day,
    sold: day,
    closedOn: day,
    proceeds: anyDecimal,
    basis: anyDecimal,
    code: z.literal('W').nullable(),
    adjustment: anyDecimal,
    gain: anyDecimal,
    term: z.enum(['short', 'long']),
    isSection1256: z.boolean(),
    openedBy: text,
    closedBy: text.nullable(),
  }),
  UnmatchedEntry: rowOf<UnmatchedEntry>({ id: text, ...holding, quantity: anyDecimal, cash: anyDecimal }),
  UnassignedFee: rowOf<UnassignedFee>({ id: text, ...holding, day, amount: anyDecimal }),
} as const;
