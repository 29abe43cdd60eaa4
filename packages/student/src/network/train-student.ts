// The common training of all students: a small BERT from scratch or from a checkpoint, trained on groups of
// documents of one query; then the weights of the terms that are added to the network (lexical overlap,
// static bi-encoder); then the runs.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FoundCheckpoint } from '@disranker/checkpoint'
import type { LogFacts, Pairs } from '@disranker/dataset'
import { ensureBackend, type Random } from '@disranker/engine'
import {
  createGroups,
  type Derived,
  type Group,
  isEarned,
  type Ranked,
  rankSplits,
  takeFromLog,
  trainSeeds,
  validationQuality,
  writeRanked,
} from '@disranker/ranking'
import { InputError, type Work } from '@disranker/stage'
import { createPairEncoder, hiding, STAGE_MEMORY } from '@disranker/tokenizer'
import {
  dropTokens,
  fit,
  type GroupBatch,
  groupScores,
  objectiveLoss,
  packGroups,
  type TextGroup,
  tokensOf,
  trainingOptions,
  writeCurve,
} from '@disranker/training'
import { readStaticBiEncoder, type StaticBiEncoder } from '@disranker/transformer'
import type { DistilledRecipe, Learning } from '../student-recipe.ts'
import { notEarned } from './network-choice.ts'
import { writeStudent } from './student-folder.ts'
import { splitsScorer, studentScore, studentTerms } from './student-scorer.ts'
import { type FromInit, type FromScratch, type StartedStudent, startStudent } from './student-start.ts'
import { rankWithoutNetwork } from './without-network.ts'

/** passes over the train queries for `'auto'`, and the minimal number of steps */
const PASSES = 3
const LEAST_STEPS = 600

/** A group of an ungraded query. */
export interface ScoredGroup extends Group {
  /**
   * the teacher's scores of the documents, standardised over groups: a student's logits start near 0 with a
   * spread of about 1
   */
  readonly scores: readonly number[]
}

export interface Teaching {
  readonly name: string
  readonly row: Pick<Ranked, 'row' | 'role' | 'what'>
  readonly recipe: DistilledRecipe
  readonly pairs: Pairs
  readonly facts: LogFacts
  readonly work: Work
  /** folder of the static-bi-encoder stage or of the table stage; without it the score has no such term */
  readonly staticBiEncoder?: string | undefined
  /** the checkpoint of a recipe with one */
  readonly checkpoint: FoundCheckpoint | undefined
  /** the known targets of the documents of a group */
  targets(group: Group): TextGroup['targets']
  /** groups that teachers with vectors have scored, and their share; with 1 all groups are such */
  readonly vectors?: { readonly share: number; draw(random: Random): ScoredGroup } | undefined
  /** whether training uses no grade of a train query: weights are then chosen on train queries, too */
  readonly unlearned?: boolean
  /** the reason for having no network, which is then not trained */
  readonly withoutNetwork?: string | undefined
  /** scores of a query's documents by the teacher, if there is one, in their order */
  scoresOf?(query: string, documents: readonly string[]): readonly number[]
}

/** Trains a student and writes its folder; returns the metrics for the manifest. */
export async function trainStudent(teaching: Teaching): Promise<Record<string, unknown>> {
  const { name, row, pairs, work, checkpoint } = teaching
  const recipe = takeFromLog(teaching.recipe, teaching, {
    ...{ over: 'trainQueries', times: PASSES, perStep: teaching.recipe.queries, least: LEAST_STEPS },
  })
  const { seed, seeds = [], staticWeight } = recipe as Derived<Learning>
  const start = await startStudent(recipe as FromScratch | FromInit, pairs, checkpoint, (line) =>
    work.progress.say(`${name}: ${line}`),
  )
  const staticBiEncoder = staticWeight === 0 ? undefined : readTable(teaching.staticBiEncoder, start)
  const rankByTable = async (networkLeftOut: string, trained: object) => {
    const ranked = await rankWithoutNetwork({
      ...teaching,
      ...{ lexicalWeight: teaching.recipe.lexicalWeight, staticBiEncoder: staticBiEncoder!, start },
      networkLeftOut,
    })
    writeRanked(work.folder, { ...row, lexicalWeight: ranked.lexicalWeight, networkLeftOut })
    return { ...ranked, networkLeftOut, ...trained }
  }
  if (teaching.withoutNetwork !== undefined) return rankByTable(teaching.withoutNetwork, {})
  await ensureBackend(work.progress.say)
  const first = await trainSeed(teaching, recipe, start, staticBiEncoder, { seed, name, runs: 'runs' })
  const network = first.choice?.parts.find(({ name }) => name === 'network')
  if (recipe.network === 'earned' && staticBiEncoder && network?.adds && !isEarned(network.adds))
    return rankByTable(notEarned(network.adds, first.choice!.queries), { withNetwork: first })
  writeRanked(work.folder, {
    ...row,
    lexicalWeight: first.lexicalWeight,
    staticWeight: first.staticWeight,
    seeds,
  })
  const spread = await trainSeeds(name, seeds, (seed, name, runs) =>
    trainSeed(teaching, recipe, start, staticBiEncoder, { seed, name, runs }),
  )
  return { ...first, ...spread }
}

/** The static bi-encoder's table, which must use the student's tokens. */
function readTable(
  folder: string | undefined,
  { json }: Pick<StartedStudent, 'json'>,
): StaticBiEncoder | undefined {
  if (folder === undefined) return undefined
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  if (read('tokenizer.json') !== json)
    throw new InputError(
      `The static bi-encoder in ${folder} has other tokens than the student, which therefore cannot add it to its score. Give both the same vocabulary (form, size, exactMatch.buckets), or set staticWeight to 0 in the student's recipe.`,
    )
  return readStaticBiEncoder(folder, JSON.parse(read('config.json')))
}

interface OneSeed {
  readonly seed: number
  /** name of the checkpoints and of the progress */
  readonly name: string
  /** folder of the runs, below the stage's; only the first seed writes the model */
  readonly runs: string
}

async function trainSeed(
  { name: stage, pairs, work, targets, scoresOf, vectors, unlearned = false }: Teaching,
  derived: Derived<DistilledRecipe>,
  start: StartedStudent,
  staticBiEncoder: StaticBiEncoder | undefined,
  { seed, name, runs }: OneSeed,
) {
  const recipe = { ...(derived as Derived<Learning & Pick<DistilledRecipe, 'groups' | 'objective'>>), seed }
  const { tokenizer, encoding } = start
  const drawGraded = vectors?.share === 1 ? undefined : createGroups(pairs, recipe.groups, scoresOf)
  const drawGroup = (random: Random): readonly [Group, TextGroup['targets']] => {
    if (vectors !== undefined && (drawGraded === undefined || random.uniform() < vectors.share)) {
      const { scores, ...group } = vectors.draw(random)
      return [group, { scores, grades: group.grades }]
    }
    const group = drawGraded!(random)
    return [group, targets(group)]
  }
  const pairEncoder = createPairEncoder(tokenizer, encoding, STAGE_MEMORY)
  const { steps, accumulate = 1 } = recipe.training
  const firstInt8 = Math.round(steps * (1 - (recipe.int8Share ?? 0))) * accumulate
  const dropout = { ...hiding(tokenizer, encoding), share: recipe.wordDropout }
  const encoder = start.create(seed)
  const score = studentScore(encoder, pairEncoder)
  const { history } = await fit<GroupBatch & { readonly int8: boolean }>({
    ...trainingOptions(recipe, work, name, (queries) => validationQuality(pairs, queries, score)),
    weights: new Map([...encoder.weights].filter(([name]) => start.trains(name))),
    tokens: ({ batch }) => tokensOf(batch),
    batch: (batch, random) => ({
      int8: batch >= firstInt8,
      ...packGroups(
        Array.from({ length: recipe.queries }, () => {
          const [group, targets] = drawGroup(random)
          return {
            pairs: group.documents.map((document) =>
              dropTokens(pairEncoder.encode(group.query.text, document), dropout, random),
            ),
            targets,
          }
        }),
        recipe.groups.size,
      ),
    }),
    loss: (packed) =>
      objectiveLoss(
        recipe.objective,
        groupScores(encoder.score(packed.batch, { int8: packed.int8 }), packed),
        packed.targets,
      ),
  })
  const asRead = () => {
    const folder = join(work.scratch, `${name}-network`)
    mkdirSync(folder, { recursive: true })
    writeStudent(folder, { encoder, start, lexicalWeight: 0 })
    return folder
  }
  const scorer = splitsScorer(encoder, { score, pairs, work, folder: asRead })
  // other seeds write no model that could rank later, and cross-fitted weights need every judged query
  const postpone = work.part === 'first' && (recipe.seeds ?? []).length === 0 && !unlearned
  const ranked = await rankSplits({
    name,
    pairs,
    work,
    unlearned,
    lexicalWeight: recipe.lexicalWeight,
    folder: join(work.folder, runs),
    ahead: scorer.ahead,
    score: scorer.score,
    ...(staticBiEncoder && { staticWeight: recipe.staticWeight }),
    postpone,
    terms: studentTerms(pairEncoder, staticBiEncoder),
  }).finally(scorer.close)
  if (name === stage) {
    writeCurve(work, name, history)
    const { lexicalWeight, staticWeight } = ranked
    writeStudent(work.folder, { encoder, start, lexicalWeight, staticWeight, staticBiEncoder })
  }
  encoder.dispose()
  return { steps: history.length, loss: history.at(-1)?.loss, ...ranked }
}
