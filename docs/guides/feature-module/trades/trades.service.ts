import { Injectable } from '@nestjs/common';
import { JournalRepository, sellPut, UserScope } from 'trading-journal-database';
import type { JournalEntry, JournalPage, JournalTotals } from 'trading-journal-database';
import { WatchlistService } from '../watchlist/watchlist.service.js';
import type { TradeRequest, TradesQuery } from './trade-request.js';

/**
 * The trades of the user in scope, who is not mentioned here: the interceptor has said who it is.
 */
@Injectable()
export class TradesService {
  constructor(
    private readonly journal: JournalRepository,
    private readonly scope: UserScope,
    private readonly watchlist: WatchlistService,
  ) {}

  /**
   * Records a trade's premium and fee, whose signs the template knows, and watches its symbol: all
   * of it, or nothing.
   */
  async record(trade: TradeRequest): Promise<JournalEntry[]> {
    return this.scope.transaction(async () => {
      const entries = await this.journal.append(sellPut(trade));
      await this.watchlist.add(trade.symbol);
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
