import type { DataSource } from 'typeorm';
import type { JournalDataSourceOptions } from '../../data-source/data-source-options.js';

/** A DataSource with the options of this package, as a JournalDataSource is. */
export type MigrationDataSource = DataSource & { readonly options: JournalDataSourceOptions };
