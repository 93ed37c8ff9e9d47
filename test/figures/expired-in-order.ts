interface ClosedRow {
  closedOn: string;
  closedBy: string | null;
}

/** Sorts lots that expired on the same day. The package does not define their order. */
export function expiredInOrder<T extends ClosedRow>(rows: readonly T[]): T[] {
  const keyOf = (row: T) => [
    ...[row.closedOn, row.closedBy === null ? 'last' : ''],
    row.closedBy === null ? JSON.stringify(Object.entries(row).sort()) : '',
  ];
  const byKey = (one: string[], other: string[]) =>
    one.map((part, index) => compared(part, other[index] ?? '')).find((order) => order !== 0) ?? 0;
  return [...rows].sort((one, other) => byKey(keyOf(one), keyOf(other)));
}

const compared = (one: string, other: string) => (one === other ? 0 : one < other ? -1 : 1);
