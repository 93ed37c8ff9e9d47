import { serverEntryTypes, type EntryType, type ServerEntryType } from '../../model/entry-type.js';

/** The values that determine the type of an entry in the SQLite export. */
interface TypedCash {
  type: string;
  symbol: unknown;
  /** More than 0 if money was received. */
  amount: number;
}

type Nearest = EntryType | 'dividend if received for a symbol';

/** The nearest type that the browser application knows, by type. The amount stays. */
const nearest: Readonly<Record<ServerEntryType, Nearest>> = {
  split: 'correction',
  symbol_change: 'correction',
  merger: 'correction',
  spin_off: 'correction',
  return_of_capital: 'dividend if received for a symbol',
  option_adjustment: 'correction',
  position_transfer: 'correction',
  shares_received: 'correction',
  interest: 'dividend if received for a symbol',
  dividend_in_lieu: 'dividend if received for a symbol',
  securities_lending: 'dividend if received for a symbol',
  withheld_tax: 'fee',
  rebate: 'correction',
};

/** The type of an entry in the SQLite export: its own if the application knows it. */
export function browserTypeOf({ type, symbol, amount }: TypedCash): string {
  if (!isServerType(type)) return type;
  const known = nearest[type];
  if (known !== 'dividend if received for a symbol') return known;
  return amount > 0 && typeof symbol === 'string' ? 'dividend' : 'correction';
}

function isServerType(type: string): type is ServerEntryType {
  return (serverEntryTypes as readonly string[]).includes(type);
}
