// The teachers score every candidate, labelled or not. The student learns from the sum of their standardised scores
// (`scores/`), which is also a row of the report (`runs/`; with the lexical term and without it, as every row).
// Scores are written shard by shard, so a killed run resumes at the next shard. Answers of servers are kept,
// and not requested again.
// Run: npx turbo run score
import { join } from 'node:path'
import { type Pairs, readPairs, SPLITS } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import {
  countCandidates,
  type Item,
  lexicalWeight,
  openScores,
  rankScored,
  seedFolder,
  writeRanked,
  writeScores,
  writeSplits,
} from '@disranker/ranking'
import { openAnswers } from '@disranker/scorers'
import { InputError, type Manifest, runStage, type StageOptions, type Work } from '@disranker/stage'
import { recipeParts } from '@disranker/training'
import { z } from 'zod'
import { agreeToCosts } from './scoring/consent.ts'
import { createEnsemble, type Ensemble } from './scoring/ensemble.ts'
import { forgetOthers } from './scoring/kept-scores.ts'
import { ask, usedStages } from './scoring/score-teachers.ts'
import { answersIn, type TeacherAnswer } from './scoring/scoring-context.ts'
import { factsOf } from './scoring/teacher-facts.ts'
import { checkNames, type ServedTeacher, teacherSchema } from './teacher-recipe.ts'

export const scoreSchema = z.strictObject({
  /** their scores are standardised and added; a weight of 'auto' is chosen on validation */
  teachers: z.array(teacherSchema).min(1).readonly(),
  queriesPerShard: recipeParts.count,
  /** maximal tokens of a batch, with padding to the longest text: bounds the memory */
  tokensPerBatch: recipeParts.count,
  /** of the rows of the report */
  lexicalWeight,
})
export type ScoreRecipe = Readonly<z.output<typeof scoreSchema>>

export interface ScoreOptions extends StageOptions<ScoreRecipe> {
  readonly pairs: string
  /** folders of the stages that the recipe may name, by name */
  readonly stages: Readonly<Record<string, string>>
  /** folder of the user's scores and results; needed by teachers of files and batches */
  readonly input?: string
  /**
   * folder of data that is kept between runs: answers of servers until somebody deletes them, raw scores of
   * networks as long as a recipe names them. Without it answers are kept until the work is complete
   */
  readonly kept?: string
  /** whether the user agreed to the cost of servers */
  readonly agreed?: boolean
  /** the variables with the keys of servers; none by default */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** splits that a student learns from; all else is for the report, and may be scored later */
const learnedFrom = ['train', 'weak'] as const

/**
 * Scores the candidates of every split. Writes `scores/<split>.run`, `runs/` and `ranked.json`.
 * @throws {InputError} when a teacher is missing, lacks a candidate, cannot be reached, or the user has not
 * agreed to its cost
 */
export async function score(options: ScoreOptions): Promise<Manifest> {
  const {
    pairs: pairsFolder,
    stages,
    input = '',
    kept,
    recipe,
    agreed = false,
    environment = {},
    signal,
  } = options
  const { teachers } = recipe
  checkNames(teachers)
  const chosenOn = teachers.some(({ weight }) => weight === 'auto') ? (['validation'] as const) : []
  const { facts, checkpoints } = await factsOf(teachers, input, signal)
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'score',
    inputs: { pairs: pairsFolder, ...usedStages(teachers, stages) },
    facts,
    mayPostpone: (path) => !learnedFrom.some((split) => path === `scores/${split}.run`),
    async run(work) {
      const pairs = work.closeLater(readPairs(pairsFolder))
      const folder = kept ?? join(work.scratch, 'kept')
      const answersOf = (teacher: ServedTeacher) => openAnswers(answersIn(folder), teacher)
      agreeToCosts(teachers, pairs, agreed, work.progress.say, answersOf)
      await ensureBackend(work.progress.say)
      const used = new Set<string>()
      const splits = work.part === 'first' ? [...learnedFrom, ...chosenOn] : SPLITS
      const common = { pairs, splits, pairsFolder, work, stages, input, checkpoints, environment }
      const context = { ...recipe, ...common, kept: folder, used }
      const asked: Asked[] = []
      for (const teacher of teachers) {
        const answer = await ask(teacher, context)
        if (answer !== undefined) asked.push({ answer, weight: teacher.weight })
      }
      if (asked.length === 0)
        throw new InputError(
          'No teacher of recipes/score.ts has scores, so there is nothing to learn from. Name another teacher, or fix the stages that the scores come from.',
        )
      const parts = asked.map(({ answer: { name, scores }, weight }) => ({ name, weight, scores }))
      const ensemble = createEnsemble(parts, pairs)
      const { run } = ensemble
      forgetOthers(context)
      const left = work.part === 'first' ? learnedFrom : SPLITS
      writeScores(work.folder, Object.fromEntries(left.map((split) => [split, run(split)])), 'teacher')
      if (work.part === 'first') return {}
      const alone = ensemble.alone()
      return {
        scored: countPairs(pairs),
        teachers: asked.map(({ answer, weight }, index) => ({
          name: answer.name,
          weight: ensemble.weights[index],
          ...(weight === 'auto' && { chosenOn: 'validation' }),
          ...ensemble.standards[index],
          validation: alone[index],
        })),
        ...(ensemble.choice && { choice: ensemble.choice }),
        ...leaveRows(asked, ensemble, pairs, work, recipe.lexicalWeight),
      }
    },
  })
}

interface Asked {
  readonly answer: TeacherAnswer
  readonly weight: number | 'auto'
}

/** The rows of the report: the sum, and each of its parts that is not the row of another stage. */
function leaveRows(
  asked: readonly Asked[],
  { weights }: Ensemble,
  pairs: Pairs,
  work: Work,
  lexicalWeight: 'search' | number,
) {
  const single = asked.length === 1
  const named = asked
    .map(({ answer }, at) => `${answer.name} ${Number(weights[at]!.toPrecision(3))}`)
    .join(', ')
  if (!single) work.progress.say(`score: weights of the teachers: ${named}`)
  const runs = join(work.folder, 'runs')
  const alone = single ? [] : asked.filter(({ answer }) => !answer.hasRow)
  for (const { answer } of alone) {
    const { validation, test } = answer.scores
    writeSplits(join(runs, answer.name), { validation, test }, answer.name)
    for (const [seed, scores] of answer.seeds ?? [])
      writeSplits(join(runs, answer.name, seedFolder(seed)), scores, answer.name)
  }
  const overlap = asked.find(({ answer }) => answer.overlap)?.answer.overlap
  const options = {
    name: 'teacher',
    pairs,
    lexicalWeight: overlap ? lexicalWeight : 0,
    terms: (items: readonly Item[]) => ({ overlap: overlap?.(items) ?? new Float64Array(items.length) }),
  }
  const ranked = rankScored({ ...options, folder: runs, logits: openScores(work.folder, pairs) })
  const seeds = (single && asked[0]!.answer.seeds) || []
  for (const [seed, logits] of seeds) rankScored({ ...options, folder: join(runs, seedFolder(seed)), logits })
  writeRanked(work.folder, {
    row: 'teacher',
    role: 'teacher',
    what: single
      ? asked[0]!.answer.what
      : `sum of ${asked.length} teachers, standardised: ${named}${asked.some(({ weight }) => weight === 'auto') ? ', as validation chose' : ''}`,
    lexicalWeight: ranked.lexicalWeight,
    seeds: seeds.map(([seed]) => seed),
    parts: alone.map(({ answer: { name, what, seeds = [] } }) => ({
      row: `teacher_${name}`,
      what,
      folder: name,
      seeds: seeds.map(([seed]) => seed),
    })),
  })
  return ranked
}

/** Candidates of every split. */
const countPairs = (pairs: Pairs): Record<string, number> =>
  Object.fromEntries(SPLITS.map((split) => [split, countCandidates(pairs, [split])]))
