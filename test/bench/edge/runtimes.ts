// The published packages in other runtimes: each comes from npm into a folder of its own, and ranks with the tarballs that
// `npm run release` would publish; a bundle whose activations have seven bits with the same bits everywhere, in workerd, too. Large to install (about 500 MB), so no part of `npm test`, which has two Nodes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bundle, loadReranker } from '@disranker/reranker'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { exampleFolder, randomBundle } from '../../edge/served/served-example.ts'
import { DOCUMENTS, emptyProject, install, QUERY, rankWith } from '../../packages/empty-project.ts'
import { RUNTIMES } from './installed-runtimes.ts'

/** how far scores may lie apart, by what the activations are */
const APART = { bytes: 1e-5, 'seven bits': 0 }
type Activations = keyof typeof APART

export async function run(): Promise<void> {
  const kinds = Object.keys(APART) as Activations[]
  const bundles = new Map(kinds.map((kind) => [kind, randomBundle(1, kind)]))
  const expected = new Map<Activations, readonly number[]>()
  for (const [kind, bundle] of bundles) {
    const reranker = await loadReranker(bundle)
    expected.set(kind, [...(await reranker.score(QUERY, DOCUMENTS))])
    console.log(`${kind}: here by ${reranker.engine}`)
    await reranker.dispose()
    tell('workerd', kind, await scoresInWorkerd(bundle))
  }
  function tell(name: string, kind: Activations, scores: readonly number[]): void {
    const wanted = expected.get(kind)!
    const apart = Math.max(...scores.map((score, at) => Math.abs(score - wanted[at]!)))
    const same = scores.length === wanted.length && apart <= APART[kind]
    console.log(`${name}, ${kind}: ${same ? 'ranks as the sources do' : 'WRONG'}, scores apart by ${apart}`)
    if (!same) process.exitCode = 1
  }
  const project = await emptyProject(bundles.get('bytes')!)
  const home = mkdtempSync(join(tmpdir(), 'disranker-runtimes-'))
  try {
    for (const { name, packages, command, words } of RUNTIMES) {
      const folder = join(home, name.replace(' ', '-'))
      mkdirSync(folder)
      try {
        install(folder, ...packages)
        for (const [kind, bundle] of bundles) {
          for (const [file, bytes] of Object.entries(bundle))
            writeFileSync(join(project.folder, 'bundle', file), bytes)
          tell(name, kind, rankWith(project.folder, join(folder, 'node_modules', command), ...words).scores)
        }
      } catch (error) {
        console.log(`${name}: ${(error as Error).message}`)
        process.exitCode = 1
      }
    }
  } finally {
    project.remove()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Raw scores in the order of the documents. */
async function scoresInWorkerd(bundle: Bundle): Promise<readonly number[]> {
  const { dist, remove } = await exampleFolder({}, bundle)
  const server = await serveBare({ dist })
  try {
    const answer = await fetch(`${server.url}/v1/rerank`, {
      method: 'POST',
      body: JSON.stringify({ query: QUERY, documents: DOCUMENTS, raw_scores: true }),
    })
    const { results } = (await answer.json()) as {
      results: readonly { readonly index: number; readonly relevance_score: number }[]
    }
    return results.toSorted((a, b) => a.index - b.index).map(({ relevance_score }) => relevance_score)
  } finally {
    await server.close()
    remove()
  }
}
