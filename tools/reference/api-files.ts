import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { Application, Comment, Converter, OptionDefaults, ReflectionKind } from 'typedoc';
import type { Context, DeclarationReflection, TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import type { GeneratedFile } from '../support/generated-file.js';

const options: Partial<TypeDocOptions & PluginOptions> = {
  // The root exports the names of `trades`, too, as deprecated. TypeDoc documents a name in the
  // first entry point that exports it.
  entryPoints: ['trades', 'index', 'schema', 'testing', 'openapi'].map((name) =>
    name === 'index' ? 'src/index.ts' : `src/${name}/index.ts`,
  ),
  tsconfig: 'tsconfig.json',
  plugin: ['typedoc-plugin-markdown'],
  router: 'module',
  readme: 'none',
  blockTags: [...OptionDefaults.blockTags, '@remedy'],
  excludePrivate: true,
  excludeProtected: true,
  excludeInternal: true,
  excludeExternals: true,
  // Line numbers would change with every commit.
  disableSources: true,
  // Parts of the options of a DataSource, which `dataSourceOptions` makes.
  intentionallyNotExported: ['PostgresOptions', 'DriverOptions', 'Columns'],
  // `npm run typecheck` reports errors.
  skipErrorChecking: true,
  logLevel: 'Warn',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  hideGroupHeadings: true,
  parametersFormat: 'table',
  propertyMembersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true, hideSources: true },
  useCodeBlocks: true,
};

const packageName = 'trading-journal-database';

/** The reference of the exports, a file for each entry point, from the docstrings. */
export async function apiFiles(): Promise<GeneratedFile[]> {
  const application = await Application.bootstrapWithPlugins(options);
  application.converter.on(Converter.EVENT_CREATE_DECLARATION, showMembers);
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, simplify);
  const project = await application.convert();
  if (project) application.validate(project);
  const { logger } = application;
  if (project === undefined || logger.hasWarnings() || logger.hasErrors())
    throw new Error('Correct the problems above. Export a missing type, or mark what uses it @internal.');

  const out = mkdtempSync(join(tmpdir(), 'api-reference-'));
  try {
    application.options.setValue('out', out);
    await application.generateOutputs(project);
    const names = readdirSync(out).filter((name) => name.endsWith('.md') && name !== 'README.md');
    return names.toSorted().map((name) => ({
      path: `docs/reference/api/${name}`,
      text: compact(name, readFileSync(join(out, name), 'utf8')),
    }));
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Shows `'a' | 'b'` instead of `(typeof names)[number]`. */
function showMembers(context: Context, alias: DeclarationReflection): void {
  const node = context.getSymbolFromReflection(alias)?.declarations?.find(ts.isTypeAliasDeclaration)?.type;
  if (node === undefined || !(ts.isIndexedAccessTypeNode(node) || ts.isTypeOperatorNode(node))) return;
  alias.comment ??= new Comment();
  alias.comment.modifierTags.add('@useDeclaredType');
}

/**
 * Removes constructors, which Nest and TypeORM call, and references, which are the deprecated names
 * of the root. Sorts unions.
 */
function simplify({ project }: Context): void {
  const { Constructor, Reference, TypeAlias } = ReflectionKind;
  for (const reflection of project.getReflectionsByKind(Constructor | Reference))
    project.removeReflection(reflection);
  // TypeScript orders the members of a union by the order in which it reads files.
  for (const { type } of project.getReflectionsByKind(TypeAlias) as DeclarationReflection[])
    if (type?.type === 'union') type.types.sort((a, b) => (a.toString() < b.toString() ? -1 : 1));
}

/** Names the import in the heading, and removes anchors to which nothing leads, and rulers. */
function compact(name: string, text: string): string {
  const module = name.replace(/^index\.md$|\.md$/, '');
  const heading = module === '' ? packageName : `${packageName}/${module}`;
  return joinThrows(text)
    .replace(/^# .*$/m, `# ${heading}\n\nWritten by \`npm run reference:generate\` from the docstrings.`)
    .replace(/<a id="([^"]+)"><\/a> /g, (anchor, id: string) => (text.includes(`(#${id})`) ? anchor : ''))
    .replace(/^\*\*\*\n\n/gm, '');
}

/** Puts all errors of a method under one heading. */
function joinThrows(text: string): string {
  let last = '';
  const sections = text.split(/^(?=#)/m).map((section) => {
    const [heading = ''] = section.split('\n', 1);
    const isRepeated = heading.endsWith(' Throws') && heading === last;
    last = heading;
    return isRepeated ? section.slice(heading.length).trimStart() : section;
  });
  return sections.join('');
}
