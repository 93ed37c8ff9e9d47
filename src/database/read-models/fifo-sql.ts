import { ratio } from './exact-ratio.js';

/**
 * SQL for the part of an amount that so many of its pieces have: none below zero, all of it beyond the last. It is the rounded whole
 * up to there, so that the parts of an amount always add up to it, however it is cut.
 */
export function portion(amount: string, pieces: string, taken: string): string {
  return ratio(`(${amount} * least(greatest(${taken}, 0), ${pieces}))`, pieces);
}

/**
 * SQL for what was taken of lots in each period, first in, first out. Lots stand in a queue, each from `begins`, which is the number
 * of pieces before it, and with the sum `before` of the amounts of these; what is gone of the queue by the end of a period
 * ends within one of them: the last one that begins before.
 *
 * @param lots a relation with `queue`, `begins`, `before`, `amount` and `pieces`, which is above zero
 * @param departures a relation with `queue`, `symbol`, `period` and `gone`, the number of pieces gone by the end of the period
 */
export function takenSql(lots: string, departures: string): string {
  return `
    SELECT symbol, period, taken - lag(taken, 1, 0) OVER (PARTITION BY queue ORDER BY period) AS taken
    FROM (
      SELECT queue, symbol, period, coalesce(lot[2] + ${portion('lot[3]', 'lot[4]', 'place - lot[1]')}, 0) AS taken
      FROM (
        SELECT *, max(begun) OVER (PARTITION BY queue ORDER BY place ROWS UNBOUNDED PRECEDING) AS lot
        FROM (
          SELECT queue, begins AS place, ARRAY[begins, before, amount, pieces] AS begun, NULL AS symbol, NULL AS period, true AS is_lot FROM ${lots}
          UNION ALL
          SELECT queue, gone, NULL, symbol, period, false FROM ${departures}
        ) places
      ) placed
      WHERE NOT is_lot
    ) gone`;
}
