// One of the two compared rankings: a bundle, which ranks the candidates of a first stage, or a kept run,
// whose order is read from its file.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { byScore, readRun } from '@disranker/dataset'
import { readRanked } from '@disranker/ranking'
import { BUNDLE_FILES, loadReranker, type RerankDocument } from '@disranker/reranker'
import { InputError } from '@disranker/stage'
import type { AskedQuery } from './read-queries.ts'

export interface Candidate {
  readonly id: string
  readonly title: string
  readonly summary: string
}

export interface Side {
  readonly name: string
  /** whether it can rank new queries */
  readonly live: boolean
  /** ids of the queries in it, if it cannot rank new ones */
  readonly ranked: ReadonlySet<string>
  /** ids of documents, best first; a run returns its own documents, whatever the candidates are */
  rank(query: AskedQuery, candidates: readonly Candidate[]): Promise<readonly string[]>
  close(): Promise<void>
}

/**
 * @param named a folder of a bundle, of a stage that ranked, or the name of a kept run
 * @param kept folder of kept runs
 * @throws {InputError} it is none of these
 */
export async function openSide(named: string, kept: string): Promise<Side> {
  if (existsSync(join(named, 'model.onnx'))) return openBundleSide(named)
  if (existsSync(join(named, 'bundle', 'model.onnx'))) return openBundleSide(join(named, 'bundle'), named)
  const run = [named, ...stagesOf(join(kept, named))]
    .map((folder) => join(folder, 'runs', 'test.run'))
    .find(existsSync)
  if (run !== undefined) return openRunSide(run, basename(named))
  const there = existsSync(kept) ? readdirSync(kept).filter((name) => !name.endsWith('.tmp')) : []
  throw new InputError(
    `"${named}" is no bundle and no kept run. Wanted: a folder with model.onnx, or one of ${there.length === 0 ? 'the kept runs, of which there are none yet (npm run keep -- <name>)' : there.join(', ')}.`,
  )
}

/** Folders of a kept run, the served stage first. */
function stagesOf(folder: string): string[] {
  if (!existsSync(folder)) return []
  const stages = readdirSync(folder).map((stage) => join(folder, stage))
  const isServed = (stage: string) => readRanked(stage)?.role === 'served'
  return stages.sort((a, b) => Number(isServed(b)) - Number(isServed(a)) || a.localeCompare(b))
}

async function openBundleSide(folder: string, named = folder): Promise<Side> {
  const names = ['manifest.json', ...BUNDLE_FILES]
  const missing = names.find((name) => !existsSync(join(folder, name)))
  if (missing !== undefined) throw new InputError(`${folder} is no whole bundle: ${missing} is missing.`)
  const files = names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const)
  const reranker = await loadReranker(Object.fromEntries(files))
  return {
    name: basename(named),
    live: true,
    ranked: new Set(),
    async rank({ text }, candidates) {
      const documents = candidates.map(
        ({ title, summary }): RerankDocument => (title === '' ? summary : { title, summary }),
      )
      const { results } = await reranker.rank(text, documents)
      return results.map(({ index }) => candidates[index]!.id)
    },
    close: () => reranker.dispose(),
  }
}

function openRunSide(file: string, name: string): Side {
  const run = readRun(file)
  return {
    name,
    live: false,
    ranked: new Set(run.keys()),
    rank: async ({ id }) => [...(run.get(id) ?? [])].sort(byScore).map(({ document }) => document),
    close: async () => {},
  }
}
