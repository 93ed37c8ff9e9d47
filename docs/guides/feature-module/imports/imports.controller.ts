import {
  Body,
  Controller,
  HttpCode,
  ParseFilePipe,
  RequestMethod,
  Sse,
  SseSignal,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import type { MessageEvent } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes } from '@nestjs/swagger';
import { FileInterceptor } from '@nestjs/platform-express';
import { Observable } from 'rxjs';
import type { ImportProgress } from 'trading-journal-database';
import { schemaOf } from '../request-schema.js';
import { FailureEventInterceptor } from './failure-event.interceptor.js';
import { importOptions } from './import-options.js';
import type { ImportOptions } from './import-options.js';
import { ImportsService } from './imports.service.js';
import type { Upload } from './upload-folder.js';

const { properties: options } = schemaOf(importOptions) as { properties: object };
const uploadForm = {
  type: 'object',
  properties: { file: { type: 'string', format: 'binary' }, ...options },
  required: ['file'],
};

@ApiBearerAuth()
@Controller('imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  /**
   * Sends events `progress`, and at last `report` or `failure`. The import is rolled back when the
   * client disconnects before.
   */
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: uploadForm })
  @Sse('', { method: RequestMethod.POST })
  @HttpCode(200)
  @UseInterceptors(FailureEventInterceptor, FileInterceptor('file'))
  import(
    @UploadedFile(new ParseFilePipe()) upload: Upload,
    @Body({ schema: importOptions }) options: ImportOptions,
    @SseSignal() signal: AbortSignal,
  ): Observable<MessageEvent> {
    return new Observable((events) => {
      const progress: ImportProgress = (phase, done, total) =>
        events.next({ type: 'progress', data: { phase, done, total } });
      this.imports.import(upload, { ...options, signal }, progress).then(
        (report) => {
          events.next({ type: 'report', data: report });
          events.complete();
        },
        (error: unknown) => events.error(error),
      );
    });
  }
}
