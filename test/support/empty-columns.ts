import type { NewEntry } from '../../src/index.js';
import { isInBrowser } from '../../src/browser/format/kept-values.js';
import type { browserColumns } from '../../src/browser/format/kept-values.js';
import { entryColumns } from '../../src/model/entry-column.js';
import type { Camel } from '../schema/entity-rows.js';

type ServerColumn = Exclude<keyof NewEntry, Camel<(typeof browserColumns)[number]>>;

/** Null for each content column that the browser application does not have. */
export const noServerColumns = Object.fromEntries(
  entryColumns
    .filter((column) => column.part === 'content' && !isInBrowser(column))
    .map(({ property }) => [property, null]),
) as Record<ServerColumn, null>;
