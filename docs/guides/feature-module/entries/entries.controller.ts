import { Body, Controller, Delete, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse } from '@nestjs/swagger';
import { JournalRepository } from 'trading-journal-database';
import type { JournalEntry } from 'trading-journal-database';
import { schemaRef } from 'trading-journal-database/openapi';
import { ApiRuleQuery } from '../request-schema.js';
import { amendRequest, removeQuery } from './entry-requests.js';
import type { AmendRequest, RemoveQuery } from './entry-requests.js';

const amendBody = {
  type: 'object',
  properties: {
    changes: schemaRef('EntryChanges'),
    reason: { type: 'string' },
    id: { type: 'string' },
  },
  required: ['changes', 'reason'],
  additionalProperties: false,
};

/** Single entries of the current user. */
@ApiBearerAuth()
@Controller('entries')
export class EntriesController {
  constructor(private readonly journal: JournalRepository) {}

  /** Returns the entry, even if it was amended or removed: a client may still show its id. */
  @ApiOkResponse({ schema: schemaRef('JournalEntry') })
  @Get(':id')
  get(@Param('id') id: string): Promise<JournalEntry> {
    return this.journal.get(id, { withDeleted: true });
  }

  /** The versions of an entry, oldest first. */
  @ApiOkResponse({ schema: { type: 'array', items: schemaRef('JournalEntry') } })
  @Get(':id/history')
  history(@Param('id') id: string): Promise<JournalEntry[]> {
    return this.journal.history(id);
  }

  /** Returns the amended entry, which has a new id. */
  @ApiBody({ schema: amendBody })
  @ApiOkResponse({ schema: schemaRef('JournalEntry') })
  @Patch(':id')
  amend(
    @Param('id') entryId: string,
    @Body({ schema: amendRequest }) { changes, reason, id }: AmendRequest,
  ): Promise<JournalEntry> {
    return this.journal.amend(entryId, changes, { reason, ...(id !== undefined && { id }) });
  }

  @ApiRuleQuery(removeQuery)
  @ApiOkResponse({ schema: schemaRef('JournalEntry') })
  @Delete(':id')
  remove(
    @Param('id') id: string,
    @Query({ schema: removeQuery }) { reason }: RemoveQuery,
  ): Promise<JournalEntry> {
    return this.journal.remove(id, { reason });
  }
}
