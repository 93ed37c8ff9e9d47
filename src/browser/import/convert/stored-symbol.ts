/** The symbol as the import stores it: without surrounding blanks; null if nothing is left. */
export function storedSymbol(symbol: string | null): string | null {
  return symbol?.trim() || null;
}
