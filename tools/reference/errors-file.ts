import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { httpStatuses } from '../../src/model/error-codes.js';
import type { ErrorCode } from '../../src/model/error-codes.js';
import { formatted } from '../support/generated-file.js';
import type { GeneratedFile } from '../support/generated-file.js';

/** An error class of `src` with a code. */
export interface DocumentedError {
  name: string;
  code: ErrorCode;
  meaning: string;
  remedy: string;
}

/** The groups of the reference: the statuses of each group, and its description. */
const groups = [
  {
    heading: 'The client can correct the request',
    has: (status: number) => status < 500,
    text: 'The message is written for the client. Details, such as `problems`, are properties of the error.',
  },
  {
    heading: 'The request can succeed later',
    has: (status: number) => status === 503,
    text: 'Nothing was stored. The message names servers and settings: log it, and answer without it.',
  },
  {
    heading: 'The application, its settings or the database must be corrected',
    has: (status: number) => status === 500,
    text:
      'Programming mistakes, errors at start, of migrations and of commands, and lost answers whose outcome is unknown. ' +
      'Log the message, and answer without it.',
  },
];

/** docs/reference/errors.md, from the docstrings of the classes and the table of statuses. */
export async function errorsFile(): Promise<GeneratedFile> {
  const errors = documentedErrors();
  const sections = groups.map(({ heading, has, text }) => {
    const rows = errors.filter(({ code }) => has(httpStatuses[code])).map(row);
    return [
      `## ${heading}`,
      text,
      ['| code | HTTP | meaning | what to do |', '| - | - | - | - |', ...rows].join('\n'),
    ];
  });
  const parts = ['# Errors', introduction, ...sections.flat()];
  return formatted('docs/reference/errors.md', parts.join('\n\n'));
}

const introduction = `Written by \`npm run reference:generate\` from the docstrings and \`src/model/error-codes.ts\`.

Every error of the package is a class that extends \`JournalDatabaseError\`, with a stable \`code\`.
The union of all codes is the type \`ErrorCode\`. \`httpStatusOf(error)\` returns the status below, and undefined for an error of another origin. For \`CONNECTION_LOST\` and
\`STATEMENT_TIMEOUT\` it returns 503 if \`outcome\` is \`unsent\` or \`undone\`: nothing was stored. The
[error filter](../guides/feature-module.md#errors) of the feature module uses it. Classes and their properties: [API reference](api/index.md).`;

function row({ name, code, meaning, remedy }: DocumentedError): string {
  return `| ${[`\`${code}\`<br>\`${name}\``, httpStatuses[code], meaning, remedy].join(' | ')} |`;
}

/** All error classes of `src`, ordered by code. @throws Error for a class without a remedy */
export function documentedErrors(): DocumentedError[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => errorsIn(join('src', path)))
    .toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

function errorsIn(path: string): DocumentedError[] {
  const text = readFileSync(path, 'utf8');
  if (!text.includes('readonly code')) return [];
  return ts
    .createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
    .statements.filter(ts.isClassDeclaration)
    .flatMap((declaration) => {
      const code = codeOf(declaration);
      return code === undefined ? [] : [describe(path, declaration, code)];
    });
}

/** The literal that initialises the property `code`. */
function codeOf(declaration: ts.ClassDeclaration): ErrorCode | undefined {
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member) || member.name.getText() !== 'code') continue;
    if (member.initializer && ts.isStringLiteral(member.initializer))
      return member.initializer.text as ErrorCode;
  }
  return undefined;
}

function describe(path: string, declaration: ts.ClassDeclaration, code: ErrorCode): DocumentedError {
  const name = declaration.name?.text ?? '';
  const comment = ts.getJSDocCommentsAndTags(declaration).find(ts.isJSDoc);
  const remedy = comment?.tags?.find(({ tagName }) => tagName.text === 'remedy');
  const meaningText = oneLine(comment?.comment);
  const remedyText = oneLine(remedy?.comment);
  if (meaningText === '' || remedyText === '')
    throw new Error(`${path}: ${name} needs a docstring with a meaning and a @remedy.`);
  return { name, code, meaning: meaningText, remedy: remedyText };
}

function oneLine(comment: Parameters<typeof ts.getTextOfJSDocComment>[0]): string {
  return (ts.getTextOfJSDocComment(comment) ?? '').replaceAll(/\s+/g, ' ').trim();
}
