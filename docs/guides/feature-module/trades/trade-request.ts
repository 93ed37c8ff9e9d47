import { z } from 'zod';

// Exact decimals travel as text; `number` would lose cents. What they may be the template checks
// itself.
const decimal = z.templateLiteral([z.number()]);

/** What the client sends for a put that it sold. */
export const tradeRequest = z.strictObject({
  /** The client's own id, so that sending a trade twice records it once. */
  id: z.string().min(1).max(100),
  accountId: z.string(),
  ts: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  symbol: z.string(),
  contracts: decimal,
  strike: decimal,
  expiration: z.string(),
  /** Premium per share, as it is quoted. */
  price: decimal,
  /** What the broker took, in all. */
  fee: decimal,
});
export type TradeRequest = z.output<typeof tradeRequest>;

/** Which trades: the filters of a list and of its totals, and the page of a list. */
export const tradesQuery = z.object({ symbol: z.string().optional(), after: z.string().optional() });
export type TradesQuery = z.output<typeof tradesQuery>;
