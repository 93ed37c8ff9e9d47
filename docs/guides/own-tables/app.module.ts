import { Injectable, Module } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseModule, UserScope } from 'trading-journal-database';
import { Repository } from 'typeorm';
import { Alert } from './alert.entity.js';
import { migrations } from './migrations.js';

/** Uses TypeORM's repository, in the scope of the current user. */
@Injectable()
export class AlertsService {
  constructor(
    @InjectRepository(Alert) private readonly alerts: Repository<Alert>,
    private readonly scope: UserScope,
  ) {}

  async add(symbol: string, price: string): Promise<void> {
    await this.alerts.insert({ userId: this.scope.userId, symbol, price });
  }

  list(): Promise<Alert[]> {
    return this.alerts.find({ order: { id: 'ASC' } });
  }
}

@Module({
  imports: [DatabaseModule.forRoot({ migrations }), TypeOrmModule.forFeature([Alert])],
  providers: [AlertsService],
})
export class AppModule {}
