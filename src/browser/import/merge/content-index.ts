import type { EntryRecord } from '../../../journal/new-entry.js';
import { contentColumns, valueText } from './compare-content.js';

/** The places of entries with the same content but for the day. */
interface Places {
  newest: number;
  newestByDay: Map<string | null, number>;
}

/**
 * Finds the newest of many entries that has the content of a given one, as `hasSameContent`
 * compares them. It does not compare the given entry with each of the others: an imported file can
 * hold very long chains.
 */
export class ContentIndex {
  readonly #places = new Map<string, Places>();

  /** @param place above the places of all entries that were added before */
  add(entry: EntryRecord, place: number): void {
    const key = contentKey(entry);
    const places = this.#places.get(key) ?? { newest: place, newestByDay: new Map() };
    places.newest = place;
    places.newestByDay.set(entry.day ?? null, place);
    this.#places.set(key, places);
  }

  /** The place of the newest entry with the content; −1 if there is none. */
  newestLike(entry: EntryRecord): number {
    const places = this.#places.get(contentKey(entry));
    if (places === undefined) return -1;
    const { day = null } = entry;
    if (day === null) return places.newest;
    // An entry without a day can be of any day.
    return Math.max(places.newestByDay.get(day) ?? -1, places.newestByDay.get(null) ?? -1);
  }
}

/** The content but for the day, as a text that is equal for equal contents. */
function contentKey(entry: EntryRecord): string {
  const values = contentColumns.flatMap((column) => {
    if (column.property === 'day') return [];
    const text = valueText(entry, column);
    return column.kind === 'object' && text !== null ? inOrder(text) : text;
  });
  return JSON.stringify(values);
}

/** JSON with the members of its objects in the order of their names. */
function inOrder(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
