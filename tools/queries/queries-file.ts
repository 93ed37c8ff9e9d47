import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { formatted } from '../support/generated-file.js';
import type { GeneratedFile } from '../support/generated-file.js';
import { describeQueries } from './describe-queries.js';
import { queriesMarkdown } from './queries-markdown.js';

/** What `npm run queries:generate` writes, from a migrated database that holds nothing yet. */
export async function queriesFile(settings: DatabaseSettings): Promise<GeneratedFile> {
  return formatted('docs/reference/queries.md', queriesMarkdown(await describeQueries(settings)));
}
