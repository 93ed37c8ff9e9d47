/** The input of a test program. */
export interface GuardRun {
  url: string;
  /** Two users with the account `acct-1` and no entries. */
  anna: string;
  bob: string;
}

/** A request to the child process: the path of a program and its input. */
export interface GuardWork {
  program: string;
  run: GuardRun;
}

/** The result of a program: failure at the start, death of the process, or answers. */
export type GuardReport =
  | { refused: string }
  | { died: string }
  | { isFast: boolean; warnings: string[]; answers: Record<string, unknown> };

/** The answers of a correct application, with either transport. */
export const rightAnswers = {
  'entries of Anna': ['b', 'a'],
  'entries of Bob': [],
  'entries of Anna, by foreign text': [{ id: 'a' }, { id: 'b' }],
  'entries of Bob, by foreign text': [],
  'an entry of an unknown account': 'UnknownAccountError',
  'no user in scope': 'UserScopeMissingError',
  totals: 2,
  'many rows': [2_000, 2_000_000],
  'the user and the role': ['anna', 'journal_user'],
  'a failed statement': '22012',
  'foreign text after it': [{ id: 'a' }, { id: 'b' }],
  'a statement after it': ['2'],
  'a text that the server does not take': '42703',
  'the same text again': '42703',
  'a failed mapper': 'RangeError: this row cannot be mapped',
  'a statement after a failed mapper': ['2'],
  'a unit of work that throws': 'thrown by the unit',
  'a unit of work in which a statement fails': 'UnitOfWorkAbortedError',
  'entries after the units': ['b', 'a'],
  'a unit of work that succeeds': ['c', 'b', 'a'],
  'pages at once': [3, 0, 3, 0, 3, 0],
  'a connection that ends': 'CONNECTION_LOST',
  'entries after it': ['c', 'b', 'a'],
};
