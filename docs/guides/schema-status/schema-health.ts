import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { SchemaStatusService } from 'trading-journal-database';

/** Down if migrations are pending or missing, or the schema has drifted. */
@Injectable()
export class SchemaHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly schema: SchemaStatusService,
  ) {}

  async isHealthy(key: string): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(key);
    const { pending, breaking } = await this.schema.status();
    const drift = (await this.schema.drift()).map(({ message }) => message);
    const isFit = pending.length + breaking.length + drift.length === 0;
    return isFit ? indicator.up() : indicator.down({ pending, breaking, drift });
  }
}
