import { format } from 'sql-formatter';
import type { DescribedQueries, DescribedStatement } from './describe-queries.js';

const head = `# Queries

The statements of every method of the focused repositories and read models, in the order in which they are sent, and the plans of PostgreSQL under row-level
security for a user with 20,000 entries. BEGIN, the scope, savepoints and COMMIT are not shown. Written by \`npm run queries:generate\` and compared by the tests,
so that a change of a query is a change of this file.
`;

const repositoryNames = {
  users: 'UsersRepository',
  accounts: 'AccountsRepository',
  journal: 'JournalRepository',
  imports: 'ImportedJournal',
  positions: 'OptionPositionsReadModel',
  lots: 'ShareLotsReadModel',
  cash: 'CashReadModel',
  profit: 'ProfitReadModel',
  legacy: 'LegacyReadModel',
};

/** All of it as a page: a chapter a repository, a section a call. */
export function queriesMarkdown(described: readonly DescribedQueries[]): string {
  const chapters = Object.entries(repositoryNames).map(([repository, name]) => [
    `## ${name}`,
    ...described.filter((queries) => queries.repository === repository).flatMap(sectionOf),
  ]);
  return [head, ...chapters.flat()].join('\n\n');
}

function sectionOf({ method, variant, statements }: DescribedQueries): string[] {
  return [`### ${method}: ${variant}`, ...statements.flatMap(blocksOf)];
}

function blocksOf({ text, plan, role }: DescribedStatement): string[] {
  const sql = format(text, { language: 'postgresql', keywordCase: 'upper', expressionWidth: 100 });
  const block = (language: string, lines: string) => `\`\`\`${language}\n${lines}\n\`\`\``;
  if (plan === undefined) return [block('sql', sql)];
  return [block('sql', sql), `As \`${role}\`:`, block('text', plan)];
}
