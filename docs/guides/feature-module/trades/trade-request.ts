import { z } from 'zod';

// Decimals are strings: `number` would lose cents. The template validates them.
const decimal = z.templateLiteral([z.number()]);

/** The request body for a sold put. */
export const tradeRequest = z.strictObject({
  /** Chosen by the client; makes the request idempotent. */
  id: z.string().min(1).max(100),
  accountId: z.string(),
  ts: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  symbol: z.string(),
  contracts: decimal,
  strike: decimal,
  expiration: z.string(),
  /** Premium per share. */
  price: decimal,
  /** The broker's total fee; not negative. */
  fee: decimal,
});
export type TradeRequest = z.output<typeof tradeRequest>;

/** Query parameters: the filter of a list and its totals, and the page of a list. */
export const tradesQuery = z.object({ symbol: z.string().optional(), after: z.string().optional() });
export type TradesQuery = z.output<typeof tradesQuery>;

/** Query parameters of a numbered page. They arrive as texts. */
export const numberedTradesQuery = z.object({
  symbol: z.string().optional(),
  page: z.coerce.number().optional(),
  limit: z.coerce.number().optional(),
});
export type NumberedTradesQuery = z.output<typeof numberedTradesQuery>;
