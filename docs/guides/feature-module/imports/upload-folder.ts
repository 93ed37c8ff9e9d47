import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { MulterModuleOptions, MulterOptionsFactory } from '@nestjs/platform-express';

/** What multer notes about a file; `Express.Multer.File` of `@types/multer` has more. */
export interface Upload {
  /** Where it is. */
  path: string;
  /** Its name on the client. */
  originalname: string;
}

/**
 * Where uploads are until they are imported: a folder that no other account of the machine may
 * read.
 */
@Injectable()
export class UploadFolder implements MulterOptionsFactory, OnModuleDestroy {
  readonly path = mkdtempSync(join(tmpdir(), 'journal-imports-'));

  createMulterOptions(): MulterModuleOptions {
    // The importer takes up to 256 MiB, and NDJSON of any size.
    const limits = { files: 1, fields: 10, fileSize: 256 * 1024 * 1024 };
    return { dest: this.path, limits, defParamCharset: 'utf8' };
  }

  async onModuleDestroy(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
