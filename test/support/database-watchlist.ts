import { Injectable, Module } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { JournalEntry, JournalRepository, UserScope } from '../../src/index.js';
import { Watched } from './watched.js';

/** An application service that uses plain and focused repositories together. */
@Injectable()
export class Watchlist {
  constructor(
    @InjectRepository(Watched) readonly watched: Repository<Watched>,
    @InjectRepository(JournalEntry) readonly entries: Repository<JournalEntry>,
    readonly journal: JournalRepository,
    readonly scope: UserScope,
  ) {}
}

/** A feature module of the application. */
@Module({
  imports: [TypeOrmModule.forFeature([Watched])],
  providers: [Watchlist],
  exports: [Watchlist],
})
export class WatchlistModule {}
