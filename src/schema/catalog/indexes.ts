import type { IndexDescription } from '../schema-description.js';
import { withoutSchema } from './query.js';
import type { Of, Query } from './query.js';

/** Bits of `indoption`: 1 is DESC, 2 is NULLS FIRST. NULLS FIRST is the default of DESC. */
const direction = `CASE option & 3 WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' ELSE ' DESC' END`;

/** Excludes indexes of constraints, which `readConstraints` describes. */
export function readIndexes(query: Query, relations: readonly number[]): Promise<Of<IndexDescription>[]> {
  return query(
    `SELECT c.relname AS relation, ic.relname AS name,
       i.indisunique AS "isUnique", am.amname AS method,
       ARRAY(
         SELECT concat(
           pg_get_indexdef(i.indexrelid, part.place::int, false),
           CASE WHEN part.collid NOT IN (0, coalesce(a.attcollation, part.collid))
             THEN format(' COLLATE %I', co.collname) END,
           CASE WHEN NOT oc.opcdefault THEN format(' %I', oc.opcname) END,
           ${direction})
         FROM ROWS FROM (unnest(i.indkey::int2[]), unnest(i.indcollation::oid[]), unnest(i.indclass::oid[]),
           unnest(i.indoption::int2[])) WITH ORDINALITY AS part(attribute, collid, opclass, option, place)
         LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.attribute AND part.attribute > 0
         LEFT JOIN pg_collation co ON co.oid = part.collid
         JOIN pg_opclass oc ON oc.oid = part.opclass
         WHERE part.place <= i.indnkeyatts ORDER BY part.place) AS columns,
       ARRAY(
         SELECT pg_get_indexdef(i.indexrelid, place, false)
         FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS place ORDER BY place) AS included,
       pg_get_expr(i.indpred, i.indrelid) AS predicate,
       CASE WHEN i.indisvalid AND i.indisready AND i.indislive THEN 'valid' ELSE 'INVALID' END AS state,
       ${withoutSchema('pg_get_indexdef(i.indexrelid)')} AS definition
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_index i ON i.indrelid = c.oid
     JOIN pg_class ic ON ic.oid = i.indexrelid
     JOIN pg_am am ON am.oid = ic.relam
     WHERE c.oid = ANY($1::oid[])
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
     ORDER BY c.relname COLLATE "C", ic.relname COLLATE "C"`,
    [relations],
  );
}
