import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiCreatedResponse, ApiOkResponse, ApiQuery } from '@nestjs/swagger';
import type { JournalEntry, JournalPage, JournalTotals, NumberedPage } from 'trading-journal-database';
import { schemaRef } from 'trading-journal-database/openapi';
import { z } from 'zod';
import { numberedTradesQuery, tradeRequest, tradesQuery } from './trade-request.js';
import type { NumberedTradesQuery, TradeRequest, TradesQuery } from './trade-request.js';
import { TradesService } from './trades.service.js';

/** A rule of this application as a schema of OpenAPI 3.0: what a client sends. */
const schemaOf = (rule: z.ZodType) => z.toJSONSchema(rule, { target: 'openapi-3.0', io: 'input' }) as object;

@ApiBearerAuth()
@Controller('trades')
export class TradesController {
  constructor(private readonly trades: TradesService) {}

  @ApiBody({ schema: schemaOf(tradeRequest) })
  @ApiCreatedResponse({ schema: { type: 'array', items: schemaRef('JournalEntry') } })
  @Post()
  record(@Body({ schema: tradeRequest }) trade: TradeRequest): Promise<JournalEntry[]> {
    return this.trades.record(trade);
  }

  @ApiOkResponse({ schema: schemaRef('JournalPage') })
  @Get()
  page(@Query({ schema: tradesQuery }) query: TradesQuery): Promise<JournalPage> {
    return this.trades.page(query);
  }

  @ApiQuery({ name: 'symbol', required: false, type: String })
  @ApiQuery({ name: 'page', required: false, type: Number })
  @ApiQuery({ name: 'limit', required: false, type: Number })
  @ApiOkResponse({ schema: schemaRef('NumberedPage') })
  @Get('numbered')
  numberedPage(@Query({ schema: numberedTradesQuery }) query: NumberedTradesQuery): Promise<NumberedPage> {
    return this.trades.numberedPage(query);
  }

  @ApiOkResponse({ schema: schemaRef('JournalTotals') })
  @Get('totals')
  totals(@Query({ schema: tradesQuery }) query: TradesQuery): Promise<JournalTotals> {
    return this.trades.totals(query);
  }
}
