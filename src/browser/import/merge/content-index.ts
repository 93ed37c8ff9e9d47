import type { EntryRecord } from '../../../journal/new-entry.js';
import { contentColumns, valueText } from './compare-content.js';

/** The places of entries with equal content, except the day. */
interface Places {
  newest: number;
  newestByDay: Map<string | null, number>;
}

/**
 * Finds the newest entry with the content of a given entry, as `hasSameContent` compares them, in
 * constant time: an imported file can contain very long chains.
 */
export class ContentIndex {
  readonly #places = new Map<string, Places>();

  /** @param place greater than the places of all entries added before */
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
    // An entry without a day matches every day.
    return Math.max(places.newestByDay.get(day) ?? -1, places.newestByDay.get(null) ?? -1);
  }
}

/** The content except the day, as text that is equal for equal contents. */
function contentKey(entry: EntryRecord): string {
  const values = contentColumns.flatMap((column) => {
    if (column.property === 'day') return [];
    const text = valueText(entry, column);
    return column.kind === 'object' && text !== null ? inOrder(text) : text;
  });
  return JSON.stringify(values);
}

/** JSON with sorted keys. */
function inOrder(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
