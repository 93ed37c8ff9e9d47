import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Customer } from './customer.entity.js';
import { CustomersService } from './customers.service.js';
import { JournalModule } from './journal.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    TypeOrmModule.forRootAsync({
      name: 'app',
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        name: 'app', // for @nestjs/typeorm 11, which closes the DataSource of this name
        type: 'postgres' as const,
        url: config.getOrThrow<string>('APP_DATABASE_URL'),
        autoLoadEntities: true,
      }),
    }),
    TypeOrmModule.forFeature([Customer], 'app'),
    JournalModule,
  ],
  providers: [CustomersService],
})
export class AppModule {}
