import type { Logger } from 'typeorm';
import type { JournalDataSource } from '../../src/data-source/journal.data-source.js';

/** A statement as it was sent, and by which role. */
export interface SentStatement {
  text: string;
  values: unknown[];
  role: string;
}

/** The statements that `work` sends through the DataSource, as its logger is told of them. */
export async function recordStatements(
  dataSource: JournalDataSource,
  work: () => Promise<unknown>,
): Promise<SentStatement[]> {
  const sent: SentStatement[] = [];
  const { logger } = dataSource;
  dataSource.logger = {
    ...silent,
    logQuery: (text, values = []) => {
      const { role } = dataSource.scopes.current;
      sent.push({ text, values: values as unknown[], role });
    },
  };
  try {
    await work();
  } finally {
    dataSource.logger = logger;
  }
  return sent;
}

const nothing = () => undefined;
const silent: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};
