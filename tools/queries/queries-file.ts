import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { formatted } from '../support/generated-file.js';
import type { GeneratedFile } from '../support/generated-file.js';
import { describeQueries } from './describe-queries.js';
import { queriesMarkdown } from './queries-markdown.js';

/** The file of `npm run queries:generate`. @param settings of a migrated, empty database */
export async function queriesFile(settings: DatabaseSettings): Promise<GeneratedFile> {
  return formatted('docs/reference/queries.md', queriesMarkdown(await describeQueries(settings)));
}
