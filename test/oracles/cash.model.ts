import type { JournalEntry } from '../../src/model/journal-entry.entity.js';
import type { CashBalance, PeriodCash } from '../../src/figures/cash.read-model.js';
import { optionPremiumTypes } from '../../src/model/entry-type.js';
import { Keyed, inOrder, periodOf, shown, zero } from './rules.js';
import type { Per, Exact } from './rules.js';

export type CashKind = 'premium' | 'dividends' | 'fees';

/** Sums the cash of one kind by period and symbol. Takes entries one at a time, in any order. */
export class PeriodCashModel {
  readonly #sums = new Keyed<[string, string | null], { count: number; amount: Exact }>(() => ({
    ...{ count: 0, amount: zero },
  }));

  constructor(
    private readonly kind: CashKind,
    private readonly request: { per: Per; timeZone?: string },
  ) {}

  add(entry: JournalEntry): void {
    if (kindOf(entry) !== this.kind) return;
    const { per, timeZone } = this.request;
    const sum = this.#sums.at(periodOf(entry, per, timeZone), entry.symbol);
    sum.count += 1;
    sum.amount = sum.amount.plus(entry.amount);
  }

  sums(): PeriodCash[] {
    const rows = this.#sums.entries().map(({ key: [period, symbol], value: { count, amount } }) => ({
      ...{ period, symbol, count, amount: shown(amount) },
    }));
    return inOrder(
      rows,
      ({ period }) => period,
      ({ symbol }) => symbol,
    );
  }
}

function kindOf(entry: JournalEntry): CashKind | undefined {
  if (optionPremiumTypes.includes(entry.type)) return 'premium';
  if (entry.type === 'dividend') return 'dividends';
  return entry.type === 'fee' ? 'fees' : undefined;
}

/** Sums the balance of each account. Takes entries one at a time, in any order. */
export class BalancesModel {
  readonly #sums = new Keyed<[string], { count: number; balance: Exact }>(() => ({
    count: 0,
    balance: zero,
  }));

  add({ accountId, amount }: JournalEntry): void {
    const sum = this.#sums.at(accountId);
    sum.count += 1;
    sum.balance = sum.balance.plus(amount);
  }

  balances(): CashBalance[] {
    const rows = this.#sums.entries().map(({ key: [accountId], value: { count, balance } }) => ({
      accountId,
      count,
      balance: shown(balance),
    }));
    return inOrder(rows, ({ accountId }) => accountId);
  }
}
