/**
 * The role of a signed-in user, and outside any scope the role of nobody: under row-level security,
 * own rows only.
 */
export const userRole = 'journal_user';
/** The role of sign-in and sign-up: the users, and nothing else. */
export const authRole = 'journal_auth';
