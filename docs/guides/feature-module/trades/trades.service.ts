import { Injectable } from '@nestjs/common';
import { JournalRepository, UserScope } from 'trading-journal-database';
import type { JournalEntry, JournalPage, JournalTotals } from 'trading-journal-database';
import { WatchlistService } from '../watchlist/watchlist.service.js';
import type { TradeRequest, TradesQuery } from './trade-request.js';

/** The trades of the user in scope, who is not mentioned here: the interceptor has said who it is. */
@Injectable()
export class TradesService {
  constructor(
    private readonly journal: JournalRepository,
    private readonly scope: UserScope,
    private readonly watchlist: WatchlistService,
  ) {}

  /** Records a trade's premium and fee and watches its symbol: all of it, or nothing. */
  async record({ id, contracts, premium, fee, ...trade }: TradeRequest): Promise<JournalEntry[]> {
    const { ts, accountId, symbol } = trade;
    return this.scope.transaction(async () => {
      const entries = await this.journal.append([
        { ...trade, id: `${id}:premium`, type: 'sell_to_open', qty: contracts, amount: premium },
        { id: `${id}:fee`, type: 'fee', ts, accountId, symbol, amount: fee },
      ]);
      await this.watchlist.add(symbol);
      return entries;
    });
  }

  page({ symbol, after }: TradesQuery): Promise<JournalPage> {
    return this.journal.page({ symbol, after });
  }

  totals({ symbol }: TradesQuery): Promise<JournalTotals> {
    return this.journal.totals({ symbol });
  }
}
