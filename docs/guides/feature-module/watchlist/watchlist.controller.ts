import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { WatchlistItem } from './watchlist-item.entity.js';
import { WatchlistService } from './watchlist.service.js';

@ApiBearerAuth()
@Controller('watchlist')
export class WatchlistController {
  constructor(private readonly watchlist: WatchlistService) {}

  @Get()
  list(): Promise<WatchlistItem[]> {
    return this.watchlist.list();
  }
}
