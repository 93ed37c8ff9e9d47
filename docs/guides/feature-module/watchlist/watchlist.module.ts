import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WatchlistController } from './watchlist.controller.js';
import { WatchlistItem } from './watchlist-item.entity.js';
import { WatchlistService } from './watchlist.service.js';

/**
 * `forFeature` adds the entity to the DataSource of `DatabaseModule`, and makes its TypeORM
 * repository injectable.
 */
@Module({
  imports: [TypeOrmModule.forFeature([WatchlistItem])],
  controllers: [WatchlistController],
  providers: [WatchlistService],
  exports: [WatchlistService],
})
export class WatchlistModule {}
