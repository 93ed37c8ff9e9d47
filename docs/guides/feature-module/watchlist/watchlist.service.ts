import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { UserScope } from 'trading-journal-database';
import { Repository } from 'typeorm';
import { WatchlistItem } from './watchlist-item.entity.js';

/** Uses TypeORM's repository. It reaches only the current user's rows and joins an open unit. */
@Injectable()
export class WatchlistService {
  constructor(
    @InjectRepository(WatchlistItem) private readonly items: Repository<WatchlistItem>,
    private readonly scope: UserScope,
  ) {}

  list(): Promise<WatchlistItem[]> {
    return this.items.find({ order: { symbol: 'ASC' } });
  }

  async add(symbol: string): Promise<void> {
    const item = { userId: this.scope.userId, symbol };
    await this.items.createQueryBuilder().insert().values(item).orIgnore().execute();
  }
}
