import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { JournalEntry, JournalPage, JournalTotals, NumberedPage } from 'trading-journal-database';
import { numberedTradesQuery, tradeRequest, tradesQuery } from './trade-request.js';
import type { NumberedTradesQuery, TradeRequest, TradesQuery } from './trade-request.js';
import { TradesService } from './trades.service.js';

@Controller('trades')
export class TradesController {
  constructor(private readonly trades: TradesService) {}

  @Post()
  record(@Body({ schema: tradeRequest }) trade: TradeRequest): Promise<JournalEntry[]> {
    return this.trades.record(trade);
  }

  @Get()
  page(@Query({ schema: tradesQuery }) query: TradesQuery): Promise<JournalPage> {
    return this.trades.page(query);
  }

  @Get('numbered')
  numberedPage(@Query({ schema: numberedTradesQuery }) query: NumberedTradesQuery): Promise<NumberedPage> {
    return this.trades.numberedPage(query);
  }

  @Get('totals')
  totals(@Query({ schema: tradesQuery }) query: TradesQuery): Promise<JournalTotals> {
    return this.trades.totals(query);
  }
}
