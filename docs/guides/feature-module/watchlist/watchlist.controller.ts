import { Controller, Get } from '@nestjs/common';
import type { WatchlistItem } from './watchlist-item.entity.js';
import { WatchlistService } from './watchlist.service.js';

@Controller('watchlist')
export class WatchlistController {
  constructor(private readonly watchlist: WatchlistService) {}

  @Get()
  list(): Promise<WatchlistItem[]> {
    return this.watchlist.list();
  }
}
