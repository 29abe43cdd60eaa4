// Distillation: a small BERT learns the teacher's scores. With the `groups` of recipes/student.ts it gets the
// same groups as `labels`, drawn with the same random numbers, so that the two rows of the report differ only
// in the objective.
//   hybrid = alpha (s - t)^2 + (1 - alpha) ((s+ - s-) - (t+ - t-))^2      (DisRanker, section 3.3)
// Run: npx turbo run distil
import { type Pairs, readLogFacts, readPairs } from '@disranker/dataset'
import { isOfTest, scoredGroups } from '@disranker/ranking'
import { type Manifest, runStage, type StageOptions } from '@disranker/stage'
import { objective, recipeParts } from '@disranker/training'
import { z } from 'zod'
import { hasLearned, whyWithout } from './network/network-choice.ts'
import { rankPostponed } from './network/rank-postponed.ts'
import { sourceOf } from './network/student-start.ts'
import { readTeacherScores } from './network/teacher-scores.ts'
import { trainStudent } from './network/train-student.ts'
import { createVectorGroups } from './queries/vector-groups.ts'
import { isFewJudged, readVectorQueries, teacherFolders, vectorTeachers } from './queries/vector-queries.ts'
import { type DistilledRecipe, studentSchema } from './student-recipe.ts'

const fromVectors = z.strictObject({
  teachers: vectorTeachers,
  /**
   * share of all groups; `'auto'`: all below FEW_JUDGED judged train queries, which then choose the weights,
   * else half
   */
  share: z.union([recipeParts.share, z.literal('auto')]),
  /**
   * share of their queries that were cut from documents, the others are the log's; `'auto'`: all if the log's
   * queries choose the weights, because a training query looks better than a new one, else three quarters
   */
  pseudoShare: z.union([recipeParts.share, z.literal('auto')]),
})

/** The objective is on the teacher's scores, or on grades, or both; by default on the scores. */
export type DistilRecipe = DistilledRecipe & {
  /** groups of queries that teachers with vectors have scored; without such teachers there are none */
  readonly vectors?: z.output<typeof fromVectors>
}

export const distilSchema = studentSchema<DistilRecipe>({
  groups: scoredGroups,
  objective,
  vectors: fromVectors.exactOptional(),
})

export interface DistilOptions extends StageOptions<DistilRecipe> {
  readonly pairs: string
  /** folder of the teacher's score stage */
  readonly scores: string
  /** folder of the static-bi-encoder stage or of `table`, whose score is added to the network's; optional */
  readonly staticBiEncoder?: string
  /**
   * folders of the pseudo-queries stage, and of the stages with vectors, by name; needed by a recipe with
   * `vectors`
   */
  readonly pseudo?: string
  readonly stages?: Readonly<Record<string, string>>
}

/** Trains a student on a teacher's scores. Writes a student folder with runs and `curve.jsonl`. */
export async function distil(options: DistilOptions): Promise<Manifest> {
  const { pairs: folder, scores, staticBiEncoder, pseudo, stages = {}, recipe: given, signal } = options
  const { vectors: asked, ...recipe } = given
  const { checkpoint, facts } = await sourceOf(recipe, signal)
  const withoutNetwork = whyWithout(recipe, { pairs: folder, table: staticBiEncoder })
  const folders =
    asked && pseudo !== undefined ? teacherFolders(asked.teachers, stages, 'recipes/distil.ts') : {}
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'distil',
    inputs: {
      pairs: folder,
      ...(withoutNetwork === undefined && { scores }),
      ...(staticBiEncoder !== undefined && { staticBiEncoder }),
      ...(withoutNetwork === undefined && pseudo !== undefined && asked && { pseudo, ...folders }),
    },
    facts,
    mayPostpone: isOfTest,
    async run(work) {
      const pairs = work.closeLater(readPairs(folder))
      if (work.part === 'rest') return rankPostponed('distil', pairs, work)
      const facts = readLogFacts(folder)
      const shared = { name: 'distil', recipe, pairs, facts, work, staticBiEncoder, checkpoint }
      if (withoutNetwork !== undefined)
        return {
          learned: false,
          ...(await trainStudent({
            ...{ ...shared, withoutNetwork, unlearned: true, targets: () => ({}) },
            row: { ...ROW, what: 'table of words distilled from the teacher, fp32; no network' },
          })),
        }
      const teacher = readTeacherScores(scores, pairs)
      const vectors =
        asked && pseudo !== undefined ? readVectorQueries(asked.teachers, folders, pairs, pseudo) : undefined
      const share = vectors === undefined ? 0 : shareOf(asked!.share, pairs)
      const groups = vectors && {
        share,
        draw: createVectorGroups(pairs, vectors, {
          size: recipe.groups.size,
          pseudoShare: pseudoShareOf(asked!.pseudoShare, share),
          seed: recipe.seed,
        }),
      }
      const unlearned =
        share === 1 && !vectors!.learned && (staticBiEncoder === undefined || !hasLearned(staticBiEncoder))
      if (groups)
        work.progress.say(
          `distil: ${Math.round(100 * share)} % of the groups are scored by ${vectors!.names.join(' and ')}${unlearned ? '; no grade is learned from, so that weights are chosen on judged train queries, too' : ''}`,
        )
      const metrics = await trainStudent({
        ...shared,
        row: ROW,
        scoresOf: teacher.of,
        vectors: groups,
        unlearned,
        targets: ({ query, documents, grades }) => {
          const ids = documents.map(({ id }) => id)
          return { scores: teacher.of(query.id, ids), grades }
        },
      })
      return {
        learned: !unlearned,
        ...metrics,
        teacher: { mean: teacher.mean, deviation: teacher.deviation },
      }
    },
  })
}

const ROW = {
  row: 'student',
  role: 'distilled',
  what: 'the same BERT, distilled from the teacher, fp32',
} as const

const shareOf = (share: number | 'auto', pairs: Pairs) =>
  share !== 'auto' ? share : isFewJudged(pairs) ? 1 : 0.5

const pseudoShareOf = (pseudoShare: number | 'auto', share: number) =>
  pseudoShare !== 'auto' ? pseudoShare : share === 1 ? 1 : 0.75
