// The raw scores of each teacher of a recipe, for every candidate of every split.
import { openRun, SPLITS, type Split } from '@disranker/dataset'
import { importScores } from '@disranker/dataset/first-stage/imported-scores'
import {
  checkScores,
  countCandidates,
  readScores,
  readSeedScores,
  type Scores,
  scoreSplits,
} from '@disranker/ranking'
import {
  biEncoderScorer,
  crossEncoderScorer,
  openAnswers,
  type Scorer,
  servedScorer,
} from '@disranker/scorers'
import { findManifest, InputError, readManifest } from '@disranker/stage'
import {
  type FileTeacher,
  nameOf,
  type ServedTeacher,
  stageOf,
  type TeacherRecipe,
} from '../teacher-recipe.ts'
import { readTeacher } from '../training/teacher-folder.ts'
import { scoreBatch } from './batch-teacher.ts'
import { manyPairsScorer } from './decoder-scorer.ts'
import { keptScores } from './kept-scores.ts'
import { answersIn, type ScoringContext, type TeacherAnswer } from './scoring-context.ts'

/** allowed share of broken or unknown rows of a file, and the number of rows that are shown */
const BAD_ROWS = { share: 0.01, show: 5 }

/**
 * All scores of a teacher.
 * @returns undefined when its stage did no work, which is printed
 * @throws {InputError} when it lacks a candidate or cannot be reached
 */
export async function ask(
  teacher: TeacherRecipe,
  context: ScoringContext,
): Promise<TeacherAnswer | undefined> {
  const name = nameOf(teacher)
  const stage = stageOf(teacher)
  const folder = stage === undefined ? '' : context.stages[stage]!
  const leftOut = stage === undefined ? undefined : findManifest(folder)?.metrics.leftOut
  if (leftOut !== undefined) {
    context.work.progress.say(`score: continues without the teacher ${name}: ${leftOut}`)
    return undefined
  }
  const row = { name, hasRow: false }
  if ('scores' in teacher) {
    const scores = readScores(folder, context.pairs)
    return { name, what: `the scores of ${teacher.scores}`, scores, hasRow: true }
  }
  if ('file' in teacher)
    return { ...row, what: 'scores from a file', scores: await fromFile(teacher, context) }
  if ('batch' in teacher)
    return {
      ...row,
      what: `${teacher.model ?? teacher.api}, as a batch`,
      scores: await scoreBatch(teacher, context),
    }
  if ('decoder' in teacher) {
    const teacher = readTeacher(folder)
    const { encoder } = teacher
    const { tokensPerBatch, pairs, work } = context
    const threaded = { folder, tokensPerBatch }
    const open = () => manyPairsScorer(teacher, threaded, countCandidates(pairs), work.signal)
    const identity = ['decoder', readManifest(folder).content]
    return {
      ...row,
      what: 'decoder: continued pre-training, then ranking',
      seeds: readSeedScores(folder, context.pairs),
      scores: await keptScores(name, identity, context, (splits) => scoreAll(name, open(), context, splits)),
      overlap: (items) =>
        Float64Array.from(items, (item) => encoder.encode(item.query, item.document).overlap),
    }
  }
  if ('crossEncoder' in teacher || 'biEncoder' in teacher) {
    const options = { ...teacher, tokensPerBatch: context.tokensPerBatch }
    const open = 'crossEncoder' in teacher ? crossEncoderScorer : biEncoderScorer
    const { folder, identity } = context.checkpoints[name]!
    const what = 'crossEncoder' in teacher ? 'a cross-encoder' : 'a bi-encoder'
    // weight and name change no score of it
    const { weight: _, name: __, ...asked } = teacher
    const compute = (splits: readonly Split[]) => scoreAll(name, open(folder, options), context, splits)
    return { ...row, what, scores: await keptScores(name, [asked, identity], context, compute) }
  }
  return {
    ...row,
    what: `${teacher.model ?? 'a model'} behind ${teacher.api}`,
    scores: await scoreAll(name, served(teacher, context), context),
  }
}

const served = (teacher: ServedTeacher, { environment, kept }: ScoringContext): Scorer =>
  servedScorer(teacher, { environment, answers: openAnswers(answersIn(kept), teacher) })

async function scoreAll(
  name: string,
  scorer: Scorer,
  context: ScoringContext,
  splits: readonly Split[] = SPLITS,
): Promise<Scores> {
  const { pairs, work, queriesPerShard } = context
  try {
    return await scoreSplits({
      name,
      pairs,
      work,
      splits,
      queriesPerShard,
      ahead: scorer.ahead,
      score: (items) => scorer.score(items, work.signal),
    })
  } finally {
    scorer.close()
  }
}

async function fromFile({ file }: FileTeacher, context: ScoringContext): Promise<Scores> {
  const { pairs, pairsFolder, input, work } = context
  const { files, path } = await importScores({
    folder: input,
    name: file,
    pairs: pairsFolder,
    scratch: work.scratch,
    badRows: BAD_ROWS,
    progress: work.progress,
    signal: work.signal,
  })
  const run = (split: Split) => openRun([files[split]], pairs)
  const scores = { train: run('train'), validation: run('validation'), test: run('test'), weak: run('weak') }
  const wanted = SPLITS.map((split) => `candidates.${split}.run`).join(', ')
  checkScores(scores, pairs, path, `Score the pairs of ${wanted} there and add them to the file`)
  return scores
}

/**
 * The folders of the stages that a recipe names.
 * @throws {InputError} when it names one that has no scores for `score`
 */
export function usedStages(
  teachers: readonly TeacherRecipe[],
  stages: Readonly<Record<string, string>>,
): Record<string, string> {
  const used = new Set(teachers.flatMap((teacher) => stageOf(teacher) ?? []))
  return Object.fromEntries(
    [...used].map((stage) => {
      const folder = stages[stage]
      if (folder === undefined)
        throw new InputError(
          `recipes/score.ts names the stage ${stage}, which is not before score. Wanted: one of ${Object.keys(stages).join(', ')}. A stage may be asked that has \`teaches: true\` in packages/pipeline/src/pipeline.ts.`,
        )
      return [stage, folder]
    }),
  )
}
