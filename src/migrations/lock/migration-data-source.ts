import type { DataSource } from 'typeorm';
import type { JournalDataSourceOptions } from '../../isolation/isolated.data-source.js';

/** A DataSource with the options of this package, such as a JournalDataSource. */
export type MigrationDataSource = DataSource & { readonly options: JournalDataSourceOptions };
