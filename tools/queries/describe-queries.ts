import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { dataSourceOptions } from '../../src/data-source/data-source-options.js';
import { JournalDataSource } from '../../src/data-source/journal.data-source.js';
import { CashReadModel } from '../../src/figures/cash.read-model.js';
import { LegacyReadModel } from '../../src/browser/figures/legacy.read-model.js';
import { OptionPositionsReadModel } from '../../src/figures/option-positions.read-model.js';
import { ProfitReadModel } from '../../src/figures/profit.read-model.js';
import { ShareLotsReadModel } from '../../src/figures/share-lots.read-model.js';
import { AccountsRepository } from '../../src/accounts/accounts.repository.js';
import { ImportedJournal } from '../../src/journal/imported-journal.js';
import { JournalRepository } from '../../src/journal/journal.repository.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { UserScope } from '../../src/isolation/user-scope.js';
import { queryCases } from './cases.js';
import type { QueryCase } from './cases.js';
import { hasPlan, planShape } from './plan-shape.js';
import { recordStatements } from './recorder.js';
import type { SentStatement } from './recorder.js';
import { seed, trader } from './seed.js';

export interface DescribedStatement extends SentStatement {
  /** Undefined for a statement that begins or ends a transaction. */
  plan: string | undefined;
}

/** A call and its statements. */
export interface DescribedQueries extends Pick<QueryCase, 'repository' | 'method' | 'variant'> {
  statements: DescribedStatement[];
}

/**
 * Runs every case in the scope of one user, and returns its statements and plans.
 *
 * @param settings of a migrated, empty database, which is filled with journals
 */
export async function describeQueries(settings: DatabaseSettings): Promise<DescribedQueries[]> {
  await seed(settings);
  const dataSource = await new JournalDataSource(dataSourceOptions(settings)).initialize();
  try {
    const scope = new UserScope(dataSource);
    const repositories = {
      scope,
      users: new UsersRepository(scope),
      accounts: new AccountsRepository(scope),
      journal: new JournalRepository(scope),
      imports: new ImportedJournal(scope),
      positions: new OptionPositionsReadModel(scope),
      lots: new ShareLotsReadModel(scope),
      cash: new CashReadModel(scope),
      profit: new ProfitReadModel(scope),
      legacy: new LegacyReadModel(scope),
    };
    const described: DescribedQueries[] = [];
    for (const { repository, method, variant, call } of queryCases) {
      const sent = await recordStatements(dataSource, () => scope.run(trader, () => call(repositories)));
      const statements: DescribedStatement[] = [];
      for (const statement of sent) statements.push(await withPlan(statement));
      described.push({ repository, method, variant, statements });
    }
    return described;

    async function withPlan(statement: SentStatement): Promise<DescribedStatement> {
      if (!hasPlan(statement)) return { ...statement, plan: undefined };
      const explain = () => planShape(dataSource, statement);
      const isOfSignIn = statement.role !== 'journal_user';
      const plan = await scope.run(trader, () => (isOfSignIn ? scope.withAllUsers(explain) : explain()));
      return { ...statement, plan };
    }
  } finally {
    await dataSource.destroy();
  }
}
