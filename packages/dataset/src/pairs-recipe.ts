// What was decided by hand about a click log, and what it may be; checked before anything runs.
import { LANGUAGES } from '@disranker/lexical'
import { schemaOf } from '@disranker/stage'
import { z } from 'zod'
import type { BadRowBound } from './bad-rows.ts'
import type { CandidatesRecipe } from './candidates.ts'
import type { WordsRecipe } from './choose-words.ts'
import type { ClickLogRecipe } from './click-log.ts'
import type { ColumnMap } from './columns.ts'
import type { DocumentsRecipe } from './corpus.ts'
import { type GradeMeaning, HIGHEST } from './grades.ts'
import type { JudgeRecipe } from './judge.ts'

export interface PairsRecipe extends JudgeRecipe {
  readonly badRows: BadRowBound
  /** your column for ours, by table */
  readonly columns: {
    readonly clicks?: ColumnMap
    readonly documents?: ColumnMap
    readonly queries?: ColumnMap
    readonly judgements?: ColumnMap
  }
  readonly judgements: { readonly grades: GradeMeaning }
  readonly documents: DocumentsRecipe
  readonly log: ClickLogRecipe
  readonly words: WordsRecipe
  readonly bm25: { readonly k1: number; readonly b: number }
  readonly candidates: CandidatesRecipe
}

const share = z.number().min(0).max(1)
const count = z.int().min(1)
const rising = (value: z.ZodNumber) =>
  z
    .tuple([value, value, value])
    .readonly()
    .refine(
      ([one, two, three]) => one <= two && two <= three,
      'wanted three rising numbers, for grade 1, 2 and 3',
    )
const columns = z.record(z.string(), z.string()).readonly().exactOptional()
const grade = z.int().min(0).max(HIGHEST)
const grades = z.union([
  z.literal('as they are'),
  z.strictObject({ values: z.record(z.string(), grade).readonly() }),
  z.strictObject({ above: z.array(z.number()).min(1).max(HIGHEST).readonly() }),
])
const training = z.strictObject({
  first: count,
  depth: count,
  random: z.int().min(0),
  popular: z.int().min(0).exactOptional(),
  queries: count.exactOptional(),
})

export const pairsSchema = schemaOf<PairsRecipe>()(
  z.strictObject({
    badRows: z.strictObject({ share, show: z.int().min(0) }),
    columns: z.strictObject({ clicks: columns, documents: columns, queries: columns, judgements: columns }),
    judgements: z.strictObject({ grades }),
    documents: z.strictObject({ maxTitle: count, maxSummary: count, html: z.enum(['auto', 'yes', 'no']) }),
    log: z.strictObject({
      robotQueriesPerMinute: z.number().positive(),
      robotQueries: count,
      robotShare: z.strictObject({ sessions: share, clicks: share }),
      clickWindow: z.number().min(0).max(1440),
      minDwell: z.number().min(0),
      // a page view is a row of bits
      maxPosition: z.int().min(1).max(62),
      minSessions: count,
    }),
    clicks: z.strictObject({
      model: z.enum(['auto', 'position-based', 'cascade', 'dynamic-bayesian']),
      sample: count,
      clip: z.number().min(1),
    }),
    grades: z.strictObject({
      from: rising(share),
      confidence: z.number().min(0).lt(1),
      examined: rising(z.number().min(0)),
      skipped: z.number().min(0),
      measured: count,
    }),
    splits: z
      .strictObject({ by: z.enum(['time', 'hash']), validation: share, test: share, heldOut: share })
      .refine(
        ({ validation, test }) => validation + test < 1,
        'validation and test leave nothing to train on',
      ),
    words: z.strictObject({ analyzer: z.enum(['auto', 'any', 'porter', ...Object.keys(LANGUAGES)]) }),
    bm25: z.strictObject({ k1: z.number().min(0).max(10), b: share }),
    candidates: z.strictObject({
      seed: z.int(),
      rerank: z.int().min(1).max(10_000),
      train: training,
      weak: training,
      unlabelled: training.required({ queries: true }).exactOptional(),
    }),
  }),
)
