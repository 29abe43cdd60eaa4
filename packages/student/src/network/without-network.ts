// A student without a network: it writes the runs and the folder of a student whose static bi-encoder ranks,
// with the lexical overlap.
import { join } from 'node:path'
import type { Pairs } from '@disranker/dataset'
import { type RankedSplits, rankSplits } from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import { createPairEncoder, STAGE_MEMORY } from '@disranker/tokenizer'
import { createStaticScore, type StaticBiEncoder } from '@disranker/transformer'
import { writeStudent } from './student-folder.ts'
import type { StartedStudent } from './student-start.ts'

export interface WithoutNetwork {
  readonly name: string
  readonly pairs: Pairs
  readonly work: Work
  readonly unlearned?: boolean
  readonly start: StartedStudent
  readonly staticBiEncoder: StaticBiEncoder
  readonly lexicalWeight: 'search' | number
  /** the reason */
  readonly networkLeftOut: string
}

/** Chooses the weight of the overlap, and writes the student's folder and its runs. */
export async function rankWithoutNetwork({
  staticBiEncoder,
  start,
  networkLeftOut,
  ...options
}: WithoutNetwork): Promise<RankedSplits> {
  const { name, work, pairs, unlearned, lexicalWeight } = options
  work.progress.say(`${name}: without a network, ${networkLeftOut}`)
  const { encode } = createPairEncoder(start.tokenizer, start.encoding, STAGE_MEMORY)
  const score = createStaticScore(staticBiEncoder)
  const ranked = await rankSplits({
    ...{ pairs, work, lexicalWeight, folder: join(work.folder, 'runs') },
    name: `${name}-without-network`,
    ...(unlearned !== undefined && { unlearned }),
    score: (items) => Float64Array.from(items, ({ query, document }) => score(encode(query, document))),
    terms: (items) => ({ overlap: items.map(({ query, document }) => encode(query, document).overlap) }),
  })
  writeStudent(work.folder, {
    start,
    lexicalWeight: ranked.lexicalWeight,
    staticWeight: 1,
    staticBiEncoder,
    networkLeftOut,
  })
  return ranked
}
