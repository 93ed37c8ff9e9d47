// @slow: compiles the examples of all documents
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compile } from '../support/compile.js';

interface Snippet {
  /** The page and the line, such as `docs/guides/jobs.md:6`. */
  place: string;
  text: string;
}

/**
 * The files whose excerpts the pages show: the applications of the guides, which test/e2e and
 * test/migrations run, and specs.
 */
const sources = [
  ...filesIn('docs/guides', '.ts'),
  ...filesIn('test/guides', '.spec.ts'),
  'test/figures/guide.spec.ts',
]
  .filter((path) => !path.endsWith('snippets.spec.ts'))
  .map((path) => {
    // An application has its files in `src`.
    const text = readFileSync(path, 'utf8').replaceAll(/docs\/guides\/[\w-]+\//g, 'src/');
    return { path, codes: [codeOf(text), codeOf(withoutExpectations(text))] };
  });

/** Pages with whole files that a test writes from the page and runs. */
const runFromPage = {
  'README.md': 'test/package/consumer-application.ts',
  'docs/guides/feature-module.md': 'test/package/matrix/test-set-ups.ts',
  'docs/guides/testing.md': 'test/package/matrix/test-set-ups.ts',
};

// The API reference is generated from the docstrings.
const pages = ['README.md', 'bench/README.md', ...filesIn('docs', '.md')].filter(
  (path) => !path.startsWith('docs/reference/api/'),
);
const snippets = pages.flatMap(snippetsOf);

function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^ *```ts\n([\s\S]*?)^ *```$/gm)].map(({ 1: code = '', index }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length}`,
    text: code,
  }));
}

/** Specs check the comments of an example between its lines. */
function withoutExpectations(code: string): string {
  return code.replaceAll(/^\s*expect\([\s\S]*?;$/gm, '');
}

/** Code without comments and layout. */
function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '')
    .replaceAll(/\s/g, '')
    .replaceAll(/,(?=[)}\]])/g, '')
    .replaceAll(/(\.\.\/)+src\//g, '../src/');
}

/** The paragraphs of a snippet, which is cut at `// …`. */
function paragraphsOf({ text }: Snippet): string[] {
  const parts = text.split(/\n\s*\n|^\s*\/\/ ….*$/m);
  return parts.map((part) => codeOf(part).replace(/;$/, '')).filter((code) => code !== '');
}

/** The end of the path of the source, if the snippet names it in its first line. */
function namedFile({ text }: Snippet): string {
  return /^\/\/ (\S+\.ts)\b/.exec(text)?.[1] ?? '';
}

function isExcerpt(snippet: Snippet): boolean {
  const named = namedFile(snippet);
  const candidates = sources.filter(({ path }) => path.endsWith(named));
  return paragraphsOf(snippet).every((code) =>
    candidates.some(({ codes }) => codes.some((source) => source.includes(code))),
  );
}

const pageOf = ({ place }: Snippet) => place.split(':', 1)[0] ?? '';
const wholeFiles = snippets.filter((snippet) => pageOf(snippet) in runFromPage && !isExcerpt(snippet));

/** The path of a whole file in the application of the guides. */
function placed({ place, text }: Snippet): [path: string, text: string] {
  const path =
    /^\/\/ (\S+\.ts)\n/.exec(text)?.[1]?.replace(/^src\//, '') ?? `${place.replaceAll(/\W/g, '-')}.ts`;
  return [`docs/guides/feature-module/${path}`, text.replaceAll("'../src/", "'../")];
}

describe('the TypeScript examples of the documents', () => {
  it('number more than 55', () => {
    expect(snippets.length).toBeGreaterThan(55);
  });

  it.each(
    snippets
      .filter((snippet) => !wholeFiles.includes(snippet))
      .map((snippet) => [snippet.place, snippet] as const),
  )('are excerpts of files that are compiled and run: %s', (_, snippet) => {
    expect(isExcerpt(snippet)).toBe(true);
  });

  it('compile if they are complete files, which other tests run', () => {
    const problems = compile(Object.fromEntries(wholeFiles.map(placed)));
    expect(Object.keys(problems)).toHaveLength(wholeFiles.length);
    expect(Object.values(problems).flat()).toEqual([]);
    expect([...new Set(wholeFiles.map(pageOf))]).toEqual(Object.keys(runFromPage));
    for (const [page, spec] of Object.entries(runFromPage))
      expect(readFileSync(spec, 'utf8')).toContain(page.replace('docs/guides/', ''));
  });
});
