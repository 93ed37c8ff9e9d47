import { DataSource } from 'typeorm';
import { connectWithRetry } from './connection-retry.js';
import type { JournalDataSourceOptions } from './data-source-options.js';

/** A DataSource that waits for a server that is not up yet, and says in one sentence what keeps it from connecting. */
export class JournalDataSource extends DataSource {
  declare readonly options: JournalDataSourceOptions;

  constructor(options: JournalDataSourceOptions) {
    super(options);
  }

  /** @throws DatabaseConnectionError */
  override initialize(): Promise<this> {
    const connect = () => super.initialize();
    return connectWithRetry(connect, this.options.url ?? '', this.options.connectRetryTime);
  }
}
