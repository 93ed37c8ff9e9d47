/** Orders texts as the collation "C" does; null last. */
export function compareBytes(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (one === other) return 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
