import { ratio } from './exact-ratio.js';

/**
 * SQL for the part of an amount that so many of its pieces have: none below zero, all of it beyond the last. It is the rounded whole
 * up to there, so that the parts of an amount always add up to it, however it is cut.
 */
export function portion(amount: string, pieces: string, taken: string): string {
  return `${ratio(`(${amount} * least(greatest(${taken}, 0), ${pieces}))`, pieces)}`;
}

/**
 * SQL for what was taken of lots, first in, first out, as pieces left them: in a queue where the pieces of each lot stand from
 * `begins` to `ends`, each departure takes those from `gone_from` to `gone_to`.
 *
 * @param columns of a departure, by which what was taken is added up
 * @param key columns that say which queue it is, none of which is null
 * @param lots a relation with the key, `amount`, `pieces`, `begins` and `ends`
 * @param departures a relation with the key, `gone_from` and `gone_to`
 */
export function takenSql(columns: string, key: string, lots: string, departures: string): string {
  const upTo = (place: string) => portion('amount', 'pieces', `${place} - begins`);
  return `
    SELECT ${columns}, sum(${upTo('gone_to')} - ${upTo('gone_from')}) AS taken
    FROM ${lots} JOIN ${departures} USING (${key})
    WHERE gone_to > begins AND gone_from < ends
    GROUP BY ${columns}`;
}
