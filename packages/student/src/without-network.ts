// A student without a network: the static bi-encoder ranks, with the lexical overlap. It costs the edge next to nothing, so a network
// has to earn its place, the simpler model first (the rule of one standard error, Breiman et al. 1984).

import { join } from 'node:path'
import type { Pairs } from '@disranker/dataset'
import { type PairedTest, type RankedSplits, rankSplits } from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import { createPairEncoder, STAGE_MEMORY } from '@disranker/tokenizer'
import { createStaticScore, type StaticBiEncoder } from '@disranker/transformer'
import { writeStudent } from './student-folder.ts'
import type { StartedStudent } from './student-start.ts'

/** Why no network is trained on few judged queries. */
export const TOO_FEW_JUDGED =
  'few train queries are judged, and the static bi-encoder has learned from a published encoder what they could teach a network (network in packages/student/recipes/student.ts)'

/** half of a 95 % interval, in standard errors */
const REACH = 1.96

/** Whether a part adds more than its own standard error. */
export const isEarned = ({ value, low, high }: PairedTest): boolean => value > (high - low) / (2 * REACH)

/** Why a trained network is not served. */
export function notEarned({ value, low, high }: PairedTest, queries: number): string {
  const signed = (figure: number) => `${figure < 0 ? '-' : '+'}${Math.abs(figure).toFixed(4)}`
  return `by cross-validation on ${queries} judged queries the network adds ${signed(value)} nDCG@10 [${signed(low)}, ${signed(high)}], no more than its standard error`
}

export interface WithoutNetwork {
  readonly name: string
  readonly pairs: Pairs
  readonly work: Work
  readonly unlearned?: boolean
  readonly start: StartedStudent
  readonly staticBiEncoder: StaticBiEncoder
  readonly lexicalWeight: 'search' | number
  /** why */
  readonly networkLeftOut: string
}

/** Chooses the weight of the overlap, and leaves the student's folder and its runs. */
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
