// The published packages in other runtimes: each comes from npm into a folder of its own, and ranks with the tarballs that
// `npm run release` would publish. Large to install (about 500 MB), so no part of `npm test`, which has two Nodes.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadReranker } from '@disranker/reranker'
import { randomBundle } from '../edge/served-example.ts'
import { DOCUMENTS, emptyProject, install, QUERY, rankWith } from '../packages/empty-project.ts'
import { RUNTIMES } from './installed-runtimes.ts'

export async function run(): Promise<void> {
  const bundle = randomBundle()
  const reranker = await loadReranker(bundle)
  const expected = await reranker.score(QUERY, DOCUMENTS)
  await reranker.dispose()
  const project = await emptyProject(bundle)
  const home = mkdtempSync(join(tmpdir(), 'disranker-runtimes-'))
  try {
    for (const { name, packages, command, words } of RUNTIMES) {
      const folder = join(home, name.replace(' ', '-'))
      mkdirSync(folder)
      try {
        install(folder, ...packages)
        const { scores } = rankWith(project.folder, join(folder, 'node_modules', command), ...words)
        const apart = Math.max(...scores.map((score, at) => Math.abs(score - expected[at]!)))
        const same = scores.length === expected.length && apart <= 1e-5
        console.log(`${name}: ${same ? 'ranks as the sources do' : 'WRONG'}, scores apart by ${apart}`)
        if (!same) process.exitCode = 1
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
