import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { UserScope } from 'trading-journal-database';
import { Repository } from 'typeorm';
import { WatchlistItem } from './watchlist-item.entity.js';

/** A plain TypeORM repository knows nothing of the user in scope: each of its queries has to name whose rows it means. */
@Injectable()
export class WatchlistService {
  constructor(
    @InjectRepository(WatchlistItem) private readonly items: Repository<WatchlistItem>,
    private readonly scope: UserScope,
  ) {}

  list(): Promise<WatchlistItem[]> {
    return this.items.find({ where: { userId: this.scope.userId }, order: { symbol: 'ASC' } });
  }

  /** Through the manager of the scope, and not through `this.items`, so that it is part of an open unit of work. */
  async add(symbol: string): Promise<void> {
    const item = { userId: this.scope.userId, symbol };
    const insert = this.scope.manager.createQueryBuilder().insert().into(WatchlistItem);
    await insert.values(item).orIgnore().execute();
  }
}
