// The bundle of the embedded example as a package: `npx disranker serve example` serves it,
// `loadReranker('npm:@disranker/example-bundle')` loads it. It is made from dist/, which `npx turbo run
// train` writes.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const EXAMPLE_PACKAGE = '@disranker/example-bundle'

/** a file that dist/ has only if its documents are those of the embedded example */
const EMBEDDED = 'example.json'

export interface ExamplePackage {
  /** apps/edge/dist */
  readonly dist: string
  readonly out: string
  readonly version: string
  /** version of the code */
  readonly licence: string
  /** owner/name on GitHub */
  readonly repository?: string | undefined
}

/** The reason why the package cannot be made; undefined if it can. */
export function missingExample(dist: string): string | undefined {
  if (!existsSync(join(dist, 'models.json')))
    return `${dist} has no model. Run "npx turbo run train" first, with nothing in in/.`
  if (!existsSync(join(dist, EMBEDDED)))
    return `${dist} is of documents of your own, which are not published. Train the embedded example: empty in/, then "npx turbo run train".`
  return undefined
}

/**
 * Makes `out`: bundle/, package.json, README.md, LICENSE and ATTRIBUTION.txt.
 * @throws {Error} nothing is trained, or it was trained on a user's own documents
 */
export function makeExamplePackage({ dist, out, version, licence, repository }: ExamplePackage): void {
  const missing = missingExample(dist)
  if (missing !== undefined) throw new Error(missing)
  const read = (name: string) => JSON.parse(readFileSync(join(dist, name), 'utf8'))
  const [[id, { current }]] = Object.entries<{ current: string }>(read('models.json')) as [
    [string, { current: string }],
  ]
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  cpSync(join(dist, 'models', id, current), join(out, 'bundle'), { recursive: true })
  copyFileSync(licence, join(out, 'LICENSE'))
  writeFileSync(join(out, 'ATTRIBUTION.txt'), `${read(EMBEDDED).attribution}\n`)
  writeFileSync(join(out, 'README.md'), README)
  const about = {
    name: EXAMPLE_PACKAGE,
    version,
    description: "The int8 student of DisRanker's embedded example.",
    license: 'SEE LICENSE IN ATTRIBUTION.txt',
    type: 'module',
    exports: { './bundle/*': './bundle/*', './package.json': './package.json' },
    files: ['bundle', 'ATTRIBUTION.txt'],
    ...(repository && { repository: { type: 'git', url: `git+https://github.com/${repository}.git` } }),
    publishConfig: { access: 'public' },
  }
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(about, null, 2)}\n`)
}

const README = `# ${EXAMPLE_PACKAGE}

The int8 student that DisRanker trains on its embedded example: which weakness of the Common Weakness Enumeration a text describes. It is made from scratch in
minutes and shows how a bundle is used; it knows no other subject. \`bundle/README.md\` has its figures, ATTRIBUTION.txt the terms of its texts.

\`\`\`
npx disranker serve example
\`\`\`

\`\`\`ts
import { loadReranker } from '@disranker/reranker'

const reranker = await loadReranker('npm:${EXAMPLE_PACKAGE}')
console.log(await reranker.rank('buffer overflow', ['Keeps a user signed in.', 'Writes past the end of a buffer.']))
\`\`\`
`
