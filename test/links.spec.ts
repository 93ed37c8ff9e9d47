// @slow: reads every link of the documents
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
/** The files and folders of the npm package. npm adds README.md and LICENSE itself. */
const published = [...files, 'README.md', 'LICENSE'];

// The packages of the repository and of bench have modules, which link back to the repository.
const documents = [...documentsIn('.', false), ...documentsIn('bench', false), ...documentsIn('docs', true)];

function documentsIn(folder: string, recursive: boolean): string[] {
  return readdirSync(folder, { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** The targets of links and images: not those in code, and no addresses of other sites. */
function linksOf(document: string): string[] {
  const text = readFileSync(document, 'utf8')
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, 'code');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    ([, markdown, html]) => markdown ?? html ?? '',
  );
  return targets.filter((target) => !/^(https?|mailto):/.test(target));
}

/** The anchors that GitHub and npm give to the headings of a document, and those in HTML. */
function anchorsOf(document: string): Set<string> {
  const anchors = new Set<string>();
  const text = readFileSync(document, 'utf8').replaceAll(/^```.*?^```$/gms, '');
  for (const [, heading = ''] of text.matchAll(/^#+ (.+)$/gm)) {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  for (const [, id = ''] of text.matchAll(/<a id="([^"]+)">/g)) anchors.add(id);
  return anchors;
}

/** The broken links of a document. */
function brokenLinks(document: string): string[] {
  return linksOf(document).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? document : normalize(join(dirname(document), path));
    if (!existsSync(target)) return true;
    if (isPublished(document) && !isPublished(target)) return true;
    if (anchor === undefined || !target.endsWith('.md') || statSync(target).isDirectory()) return false;
    return !anchorsOf(target).has(anchor);
  });
}

function isPublished(path: string): boolean {
  return published.some((entry) => path === entry || path.startsWith(`${entry}/`));
}

describe('the links of the documents', () => {
  it('number more than 200', () => {
    expect(documents.flatMap(linksOf).length).toBeGreaterThan(200);
  });

  it.each(documents)('resolve, also in the npm package: %s', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });
});

it('the index of the guides lists every guide', () => {
  const guides = documentsIn('docs/guides', true).map((path) => path.slice('docs/guides/'.length));
  const listed = [
    'README.md',
    ...linksOf('docs/guides/README.md').filter((link) => /^[\w/-]+\.md$/.test(link)),
  ];
  expect([...new Set(listed)].toSorted()).toEqual(guides.toSorted());
});
