import { Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { DatabaseModule } from 'trading-journal-database';
import { AccountsModule } from './accounts/accounts.module.js';
import { EntriesModule } from './entries/entries.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { JournalErrorFilter } from './journal-error.filter.js';
import { migrations } from './migrations.js';
import { ReportsModule } from './reports/reports.module.js';
import { SignedInModule } from './signed-in/signed-in.module.js';
import { TradesModule } from './trades/trades.module.js';
import { UsersModule } from './users/users.module.js';

/**
 * The start checks that `migrations` have run; with `DATABASE_RUN_MIGRATIONS=true` it runs them.
 * Deployments use `ormconfig.ts`.
 */
@Module({
  imports: [
    DatabaseModule.forRoot({ migrations }),
    SignedInModule,
    UsersModule,
    AccountsModule,
    TradesModule,
    EntriesModule,
    ImportsModule,
    ExportsModule,
    ReportsModule,
  ],
  providers: [
    { provide: APP_PIPE, useClass: StandardSchemaValidationPipe },
    { provide: APP_FILTER, useClass: JournalErrorFilter },
  ],
})
export class AppModule {}
