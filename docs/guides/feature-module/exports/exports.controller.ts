import type { ServerResponse } from 'node:http';
import { Controller, Get, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import { exportFormats } from 'trading-journal-database';
import type { ExportFormat } from 'trading-journal-database';
import { z } from 'zod';
import { ApiRuleQuery } from '../request-schema.js';
import { ExportsService } from './exports.service.js';

const exportQuery = z.strictObject({ format: z.enum(exportFormats) });

const files: Record<ExportFormat, { type: string; name: string }> = {
  sqlite: { type: 'application/vnd.sqlite3', name: 'options-tracker.db' },
  json: { type: 'application/json', name: 'journal.json' },
  ndjson: { type: 'application/x-ndjson', name: 'journal.ndjson' },
  csv: { type: 'text/csv; charset=utf-8', name: 'journal.csv' },
};

@ApiBearerAuth()
@Controller('exports')
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  /** Downloads the journal of the signed-in user: `GET /exports?format=sqlite`. */
  @ApiRuleQuery(exportQuery)
  @Get()
  async export(
    @Query({ schema: exportQuery }) { format }: z.output<typeof exportQuery>,
    @Res({ passthrough: true }) response: ServerResponse | { raw: ServerResponse },
  ): Promise<StreamableFile> {
    const client = new AbortController();
    const connection = 'raw' in response ? response.raw : response; // of Fastify, or of Express
    connection.once('close', () => client.abort());
    const { type, name } = files[format];
    return new StreamableFile(await this.exports.export(format, client.signal), {
      type,
      disposition: `attachment; filename="${name}"`,
    });
  }
}
