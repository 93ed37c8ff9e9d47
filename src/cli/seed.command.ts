import type { INestApplicationContext } from '@nestjs/common';
import { EmailTakenError, UserNotFoundError } from '../users/user.errors.js';
import { EntryConflictError } from '../journal/entry.errors.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { JournalRepository } from '../journal/journal.repository.js';
import type { LoadOutcome } from '../journal/load-entries.js';
import { UsersRepository } from '../users/users.repository.js';
import { UserScope } from '../isolation/user-scope.js';
import { generateJournal, type SampleJournalOptions } from '../testing/samples/sample-journal.js';
import { sampleAccounts } from '../testing/samples/sample-market.js';
import { withApplication } from './application.js';
import { CommandRefusedError } from './command-refused.error.js';
import { withProgress } from './progress.js';
import { table } from './table.js';
import { print } from './printing.js';

/** The options of `journal-db seed`, as commander names them. */
export interface SeedCommandOptions {
  users: number;
  entries: number;
  seed: number;
  until?: string;
  yes?: boolean;
  json?: boolean;
}

interface SeededUser extends LoadOutcome {
  email: string;
}

/**
 * Adds users with sample journals. Deterministic, including the ids of entries, and idempotent:
 * existing users and entries are not changed.
 */
export async function seed(environment: NodeJS.ProcessEnv, options: SeedCommandOptions): Promise<void> {
  if (environment['NODE_ENV'] === 'production' && options.yes !== true)
    throw new CommandRefusedError(
      'This would add sample users to a production database; nothing was written. Give --yes to allow it.',
    );
  const seeded = await withApplication(environment, (application) =>
    withProgress(async (onProgress) => {
      const total = options.users * options.entries;
      const users: SeededUser[] = [];
      for (let number = 1; number <= options.users; number += 1) {
        const before = users.length * options.entries;
        const show = (entries: number) => onProgress('seed', before + entries, total);
        users.push(await seedUser(application, options, number, show));
      }
      return users;
    }),
  );
  if (options.json === true) print(JSON.stringify({ users: seeded }, null, 2));
  else {
    const rows = seeded.map(({ email, inserted, unchanged }) => [email, inserted, unchanged]);
    print(table(['user', '>entries added', '>there already'], rows));
  }
}

async function seedUser(
  application: INestApplicationContext,
  { seed: base, entries, until }: SeedCommandOptions,
  number: number,
  onProgress: (entries: number) => void,
): Promise<SeededUser> {
  const email = `trader-${number}.seed-${base}@example.com`;
  const scope = application.get(UserScope);
  const userId = await userOf(application, email);
  // Each user of a seed gets another journal.
  const options: SampleJournalOptions = { seed: base * 100_003 + number, entries, ...(until && { until }) };
  return scope.run(userId, () =>
    scope
      .transaction(
        async () => {
          for (const account of sampleAccounts) await application.get(AccountsRepository).create(account);
          const outcome = await application
            .get(JournalRepository)
            .load(generateJournal(options), { onProgress });
          return { email, ...outcome };
        },
        { attempts: 1 },
      )
      .catch((error: unknown) => {
        if (!(error instanceof EntryConflictError)) throw error;
        throw new CommandRefusedError(
          `${email} has another journal already: from other --entries or --until, or edited since. It was not changed. Give ` +
            `another --seed, or delete the user: journal-db delete-user ${email}`,
          { cause: error },
        );
      }),
  );
}

async function userOf(application: INestApplicationContext, email: string): Promise<string> {
  const users = application.get(UsersRepository);
  const created = await users.create({ email }).catch((error: unknown) => {
    if (!(error instanceof EmailTakenError)) throw error;
    return users.findByEmail(email);
  });
  if (created === null) throw new UserNotFoundError(email);
  return created.id;
}
