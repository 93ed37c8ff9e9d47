// Compiles only if entity properties and columns correspond exactly in name, type and nullability.
// test/schema/row-types.spec.ts compiles this file, like `npm run typecheck`, and also with wrong
// rows.
import type { Account, JournalEntry, User } from '../../src/index.js';
import type { AccountRow, JournalRow, UserRow } from '../../src/schema/rows.js';

export type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

type InCamelCase<Row> = { [Name in keyof Row as Camel<Name & string>]: Row[Name] };

/** An entity without its relations. Columns that are not selected by default are included. */
type Columns<Entity, Joined extends keyof Entity = never> = {
  [Name in keyof Entity as Name extends Joined ? never : Name]-?: Entity[Name];
};

/**
 * Requires identical types; mutual assignability is not enough. The compiler's error quotes the
 * text of the other branch.
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
