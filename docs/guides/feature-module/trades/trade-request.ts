import { z } from 'zod';

// Exact decimals travel as text; `number` would lose cents. That the journal can hold them it checks itself.
const decimal = z.templateLiteral([z.number()]);

/** What the client sends for a short option that it opened. */
export const tradeRequest = z.strictObject({
  /** The client's own id, so that sending a trade twice records it once. */
  id: z.string().min(1).max(100),
  accountId: z.string(),
  ts: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  symbol: z.string(),
  contracts: decimal,
  strike: decimal,
  expiration: z.string(),
  /** Cash: + in, − out; a fee is negative. */
  premium: decimal,
  fee: decimal,
});
export type TradeRequest = z.output<typeof tradeRequest>;

/** Which trades: the filters of a list and of its totals, and the page of a list. */
export const tradesQuery = z.object({ symbol: z.string().optional(), after: z.string().optional() });
export type TradesQuery = z.output<typeof tradesQuery>;
