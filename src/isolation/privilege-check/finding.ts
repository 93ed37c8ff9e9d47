import type { PrivilegeFinding, PrivilegeFindingCode } from './privilege.errors.js';

/** @param remedy SQL statements, in the order in which an administrator runs them */
export function finding(
  code: PrivilegeFindingCode,
  subject: string,
  message: string,
  ...remedy: readonly string[]
): PrivilegeFinding {
  return { code, subject, message, remedy: remedy.map((statement) => `${statement};`).join(' ') };
}
