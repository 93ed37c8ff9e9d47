import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { JournalEntry, JournalPage, JournalTotals, NumberedPage } from 'trading-journal-database';
import { schemaRef } from 'trading-journal-database/openapi';
import { ApiRuleBody, ApiRuleQuery } from '../request-schema.js';
import { numberedTradesQuery, tradeRequest, tradesQuery } from './trade-request.js';
import type { NumberedTradesQuery, TradeRequest, TradesQuery } from './trade-request.js';
import { TradesService } from './trades.service.js';

@ApiBearerAuth()
@Controller('trades')
export class TradesController {
  constructor(private readonly trades: TradesService) {}

  @ApiRuleBody(tradeRequest)
  @ApiCreatedResponse({ schema: { type: 'array', items: schemaRef('JournalEntry') } })
  @Post()
  record(@Body({ schema: tradeRequest }) trade: TradeRequest): Promise<JournalEntry[]> {
    return this.trades.record(trade);
  }

  @ApiRuleQuery(tradesQuery)
  @ApiOkResponse({ schema: schemaRef('JournalPage') })
  @Get()
  page(@Query({ schema: tradesQuery }) query: TradesQuery): Promise<JournalPage> {
    return this.trades.page(query);
  }

  @ApiRuleQuery(numberedTradesQuery)
  @ApiOkResponse({ schema: schemaRef('NumberedPage') })
  @Get('numbered')
  numberedPage(@Query({ schema: numberedTradesQuery }) query: NumberedTradesQuery): Promise<NumberedPage> {
    return this.trades.numberedPage(query);
  }

  @ApiRuleQuery(tradesQuery)
  @ApiOkResponse({ schema: schemaRef('JournalTotals') })
  @Get('totals')
  totals(@Query({ schema: tradesQuery }) query: TradesQuery): Promise<JournalTotals> {
    return this.trades.totals(query);
  }
}
