import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { WatchlistModule } from '../watchlist/watchlist.module.js';
import { TradesController } from './trades.controller.js';
import { TradesService } from './trades.service.js';

/** `DatabaseModule` is global, so a feature module does not import it. */
@Module({
  imports: [AccountsModule, WatchlistModule],
  controllers: [TradesController],
  providers: [TradesService],
})
export class TradesModule {}
