// Compiles only if every property of an entity is a column and every column a property: by name,
// type, and whether it may be null. test/schema/row-types.spec.ts compiles it, as `npm run
// typecheck` does, and also with rows that are wrong.
import type { Account, JournalEntry, User } from '../../src/index.js';
import type { AccountRow, JournalRow, UserRow } from '../../src/schema/rows.js';

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

type InCamelCase<Row> = { [Name in keyof Row as Camel<Name & string>]: Row[Name] };

/**
 * An entity without what it may be joined with; a column that is not loaded by default is there all
 * the same.
 */
type Columns<Entity, Joined extends keyof Entity = never> = {
  [Name in keyof Entity as Name extends Joined ? never : Name]-?: Entity[Name];
};

/**
 * Exactly the same, and not only assignable in both directions. The compiler's error quotes the
 * text of the other case.
 */
type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2
    ? true
    : 'differs from src/schema/rows.ts: run npm run schema:generate';

export const userIsItsRow: Same<Columns<User>, InCamelCase<UserRow>> = true;
export const accountIsItsRow: Same<Columns<Account, 'user'>, InCamelCase<AccountRow>> = true;
export const entryIsItsRow: Same<
  Columns<JournalEntry, 'user' | 'account' | 'targetAccount' | 'originalEntry'>,
  InCamelCase<JournalRow>
> = true;
