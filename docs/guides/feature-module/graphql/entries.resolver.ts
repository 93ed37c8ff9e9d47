import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { JournalRepository } from 'trading-journal-database';
import { EntryPage, EntryType } from './entry.types.js';

/** The interceptor opens the user scope of each operation. */
@Resolver(() => EntryType)
export class EntriesResolver {
  constructor(private readonly journal: JournalRepository) {}

  @Query(() => EntryPage)
  entries(
    @Args('page', { type: () => Int, defaultValue: 1 }) page: number,
    @Args('limit', { type: () => Int, defaultValue: 20 }) limit: number,
  ): Promise<EntryPage> {
    return this.journal.numberedPage({ page, limit });
  }

  @Mutation(() => EntryType)
  removeEntry(
    @Args('id', { type: () => ID }) id: string,
    @Args('reason', { type: () => String }) reason: string,
  ): Promise<EntryType> {
    return this.journal.remove(id, { reason });
  }
}
