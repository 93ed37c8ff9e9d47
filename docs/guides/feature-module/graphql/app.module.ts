import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { DatabaseModule } from 'trading-journal-database';
import { JournalErrorFilter } from '../journal-error.filter.js';
import { SignedInModule } from '../signed-in/signed-in.module.js';
import { EntriesResolver } from './entries.resolver.js';
import { withoutDetails } from './without-details.js';

/** A GraphQL API on Express, with Apollo Server. */
@Module({
  imports: [
    DatabaseModule.forRoot(),
    SignedInModule,
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      // The guard and the user scope find the request here.
      context: ({ req }: { req: unknown }) => ({ req }),
      includeStacktraceInErrorResponses: false,
      formatError: withoutDetails,
      // Without them, resolvers of fields run in no user scope, and their errors bypass the filter.
      fieldResolverEnhancers: ['interceptors', 'filters'],
    }),
  ],
  providers: [EntriesResolver, { provide: APP_FILTER, useClass: JournalErrorFilter }],
})
export class GraphqlAppModule {}
