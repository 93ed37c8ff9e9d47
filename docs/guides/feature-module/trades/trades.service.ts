import { Injectable } from '@nestjs/common';
import { JournalRepository, UserScope } from 'trading-journal-database';
import type { JournalEntry, JournalPage, JournalTotals, NumberedPage } from 'trading-journal-database';
import { sellPut } from 'trading-journal-database/trades';
import { AccountsService } from '../accounts/accounts.service.js';
import { WatchlistService } from '../watchlist/watchlist.service.js';
import type { NumberedTradesQuery, TradeRequest, TradesQuery } from './trade-request.js';

/**
 * The trades of the current user. The interceptor opens the scope, so no method takes a user id.
 */
@Injectable()
export class TradesService {
  constructor(
    private readonly journal: JournalRepository,
    private readonly scope: UserScope,
    private readonly accounts: AccountsService,
    private readonly watchlist: WatchlistService,
  ) {}

  /**
   * Appends the premium and the fee of a trade and watches its symbol, atomically. The template
   * sets the signs.
   */
  async record(trade: TradeRequest): Promise<JournalEntry[]> {
    return this.scope.transaction(async () => {
      await this.accounts.refuseClosed(trade.accountId);
      const entries = await this.journal.append(sellPut(trade));
      await this.watchlist.add(trade.symbol);
      return entries;
    });
  }

  page({ symbol, after }: TradesQuery): Promise<JournalPage> {
    return this.journal.page({ symbol, after });
  }

  numberedPage(query: NumberedTradesQuery): Promise<NumberedPage> {
    return this.journal.numberedPage(query);
  }

  totals({ symbol }: TradesQuery): Promise<JournalTotals> {
    return this.journal.totals({ symbol });
  }
}
