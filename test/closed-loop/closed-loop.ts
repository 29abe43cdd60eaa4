// The whole loop against bare workerd: a weak bundle is served, users search and click, the records are
// collected, a model is trained on them and published, both are interleaved, and the winner is promoted.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assemble } from '@disranker/edge/assemble'
import { type IndexStore, publishBundle } from '@disranker/edge/publish-bundle'
import { experiment } from '@disranker/online'
import { collect, folderSource } from '@disranker/online/collect/index'
import { promotable } from '@disranker/online/report/promotable'
import { serveBare } from '../edge/served/bare-workerd.ts'
import { EXAMPLE } from '../edge/served/example-texts.ts'
import { randomBundle } from '../edge/served/served-example.ts'
import { finish, makePairs, train } from '../tiny/pipeline.ts'
import { startCollector } from './collector.ts'
import { rank, visit } from './users.ts'
import { asked, documents, heldOut, heldOutLists, plantedNdcg } from './world.ts'

export interface LoopOptions {
  /** searches that the training learns from */
  readonly searches: number
  /** searches that the experiment compares the models by */
  readonly comparisons: number
  /** an empty folder */
  readonly home: string
  readonly say?: (line: string) => void
}

export interface Loop {
  /** mean nDCG of held-out queries by the planted grades, as the Worker ranks them */
  readonly before: number
  readonly after: number
  readonly decision: string
  /** sentences of the report */
  readonly sentences: readonly string[]
  readonly clicks: number
  /** versions that the Worker served at the end, and the one that was trained */
  readonly served: string
  readonly trained: string
}

const HOUR = 3_600_000
const VARIABLES = {
  REFRESH_SECONDS: '1',
  RECORD_SECRETS: 'a secret of the closed loop',
  RECORD_QUERY_TEXT: 'true',
  RECORD_CLIENT_IDS: 'plain',
}

const experiments = (now: number) => {
  const time = { start: new Date(now - HOUR).toISOString(), end: new Date(now + HOUR).toISOString() }
  return JSON.stringify({
    experiments: [
      {
        name: 'explore',
        unit: 'client_id',
        design: 'explore',
        share: 1,
        arms: [{ name: 'explored', model: 'disranker' }],
        only: { applications: ['explore'] },
        ...time,
      },
      {
        name: 'new-model',
        unit: 'client_id',
        design: 'team-draft',
        arms: [
          { name: 'today', model: 'disranker' },
          { name: 'challenger', model: 'challenger' },
        ],
        only: { applications: ['compare'] },
        ...time,
      },
    ],
  })
}

async function closeLoop({ searches, comparisons, home, say = () => {} }: LoopOptions): Promise<Loop> {
  const now = Date.now()
  const dist = join(home, 'dist')
  await assemble({ bundle: weakBundle(home), example: EXAMPLE, out: dist, experiments: experiments(now) })
  const bucket = folderBucket(join(dist, 'bucket'))
  const collector = await startCollector(join(home, 'records'))
  const variables = { ...VARIABLES, RECORD_URL: collector.url }
  const server = await serveBare({ dist, variables, bucket: true, outbound: true })
  try {
    const before = await quality(server.url)
    say(`nDCG of ${heldOut.length} held-out queries, weak bundle: ${before.toFixed(3)}`)
    const clicks = await visit({ url: server.url, queries: asked, searches, application: 'explore' })
    say(`${searches} searches, ${clicks} clicks`)

    const bring = () => collect({ source: folderSource(collector.folder), into: join(home, 'in') })
    await bring()
    writeFileSync(
      join(home, 'in', 'documents.jsonl'),
      documents.map((document) => `${JSON.stringify(document)}\n`).join(''),
    )
    await makePairs(home)
    await train(home)
    await finish(home)
    const bundle = join(home, 'quantize', 'bundle')
    const trained = await publishBundle({ folder: bundle, id: 'challenger', ...bucket })
    say(`trained and published ${trained}`)

    // the Worker reads the pointer again after REFRESH_SECONDS
    await sleep(1_100)
    await visit({
      url: server.url,
      queries: [...asked, ...heldOut],
      searches: comparisons,
      application: 'compare',
    })
    await bring()
    const [file, out] = [join(home, 'experiments.json'), join(home, 'experiment')]
    writeFileSync(file, experiments(now))
    const until = new Date(now + 2 * HOUR).toISOString()
    const recipe = { name: 'new-model', until, alpha: 0.05, daysBefore: 7, actions: [] }
    await experiment({ recorded: join(home, 'in'), experiments: file, out, recipe })
    const report = join(out, 'experiment.json')
    const { decisions, sentences } = JSON.parse(readFileSync(report, 'utf8'))

    promotable(report, bundle, 'new-model')
    await publishBundle({ folder: bundle, id: 'disranker', ...bucket })
    await sleep(1_100)
    const after = await quality(server.url)
    say(`nDCG of the same queries after the promotion: ${after.toFixed(3)}`)
    const models = (await (await fetch(`${server.url}/v1/models`)).json()) as {
      data: { id: string; version: string }[]
    }
    const served = models.data.find(({ id }) => id === 'disranker')!.version
    return { before, after, decision: decisions[0].decision, sentences, clicks, served, trained }
  } finally {
    await server.close()
    await collector.close()
  }
}

function weakBundle(home: string): string {
  const folder = join(home, 'weak')
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(randomBundle())) writeFileSync(join(folder, name), bytes)
  return folder
}

async function quality(url: string): Promise<number> {
  let sum = 0
  for (const { query, found } of heldOutLists())
    sum += plantedNdcg(query, (await rank(url, query.text, found)).shown)
  return sum / heldOut.length
}

/** A folder in the place of a bucket. */
function folderBucket(root: string): {
  readonly put: (key: string, file: string) => Promise<void>
  readonly index: IndexStore
} {
  mkdirSync(root, { recursive: true })
  const index = join(root, 'models.json')
  const read = () => {
    if (!existsSync(index)) return undefined
    const text = readFileSync(index, 'utf8')
    return { text, etag: createHash('sha256').update(text).digest('hex') }
  }
  return {
    async put(key, file) {
      mkdirSync(dirname(join(root, key)), { recursive: true })
      cpSync(file, join(root, key))
    },
    index: {
      read: async () => read(),
      async write(text, etag) {
        if (read()?.etag !== etag) return false
        writeFileSync(index, text)
        return true
      },
    },
  }
}

/** Closes the loop in a folder that is removed afterwards. */
export async function closeLoopOnce(options: Omit<LoopOptions, 'home'>, home: string): Promise<Loop> {
  try {
    return await closeLoop({ ...options, home })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
