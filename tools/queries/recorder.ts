import type { Logger } from 'typeorm';
import type { JournalDataSource } from '../../src/data-source/journal.data-source.js';

/** A statement, and the role that runs it. */
export interface SentStatement {
  text: string;
  values: unknown[];
  role: string;
}

/** Records the statements that `work` sends through the DataSource, by its logger. */
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
