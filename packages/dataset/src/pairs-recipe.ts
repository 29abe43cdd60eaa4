// What was decided by hand about a click log, and what it may be; checked before anything runs.
import { LANGUAGES } from '@disranker/lexical'
import { z } from 'zod'
import { CLICK_MODELS } from './click-models/choose-model.ts'
import { HIGHEST } from './judgements/grades.ts'

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
  /** how many documents of the first stage to take, */
  first: count,
  /** and out of how many: spread over all of them, the upper ranks denser */
  depth: count,
  /** random documents in addition */
  random: z.int().min(0),
  /** documents in addition that are the best of many train queries; 0 by default */
  popular: z.int().min(0).exactOptional(),
  /** how many queries get candidates; without it all */
  queries: count.exactOptional(),
})
export type TrainingCandidates = Readonly<z.output<typeof training>>

export const pairsSchema = z.strictObject({
  badRows: z.strictObject({
    /** share of the rows that may be bad */
    share,
    /** bad rows that are shown */
    show: z.int().min(0),
  }),
  /** your column for ours, by table */
  columns: z.strictObject({ clicks: columns, documents: columns, queries: columns, judgements: columns }),
  judgements: z.strictObject({ grades }),
  documents: z.strictObject({
    /** longest title and summary, characters; what is longer is cut */
    maxTitle: count,
    maxSummary: count,
    /** whether titles and summaries are HTML: `auto` decides for each of the two, by tags and entities in all documents */
    html: z.enum(['auto', 'yes', 'no']),
  }),
  log: z.strictObject({
    /** a session with more queries than this a minute is a robot's */
    robotQueriesPerMinute: z.number().positive(),
    /** and only if it has at least this many */
    robotQueries: count,
    /** shares of the sessions, and of the clicks, that robots may have at most; more means that people are taken for them */
    robotShare: z.strictObject({ sessions: share, clicks: share }),
    /** minutes in which a click that is a row of its own belongs to the row of what was shown */
    clickWindow: z.number().min(0).max(1440),
    /** a click with a shorter stay is no click, milliseconds; clicks without dwell_ms count */
    minDwell: z.number().min(0),
    /** positions further down are left out: too few impressions to know them. A page view is a row of bits */
    maxPosition: z.int().min(1).max(62),
    /** queries that fewer sessions asked are left out: a rare text may tell who asked it (k-anonymity) */
    minSessions: count,
  }),
  clicks: z.strictObject({
    /** what explains the clicks; `auto` takes the model of the least perplexity on held-out sessions */
    model: z.enum(['auto', ...CLICK_MODELS]),
    /** rows of the log from which the model learns what holds for all queries */
    sample: count,
    /** most that one click can weigh */
    clip: z.number().min(1),
  }),
  grades: z.strictObject({
    /** a document has grade 1, 2, 3 when it is this sure to exceed these shares of the query's best document */
    from: rising(share),
    /** probability that a document is at least as attractive as the bound its grade goes by */
    confidence: z.number().min(0).lt(1),
    /** and was looked at this often; one click in one view is then never grade 3 */
    examined: rising(z.number().min(0)),
    /** a document that was looked at this often and never clicked has grade 0; one looked at less is unknown */
    skipped: z.number().min(0),
    /** most queries of validation, and of test, that clicks grade: every model scores all candidates of each */
    measured: count,
  }),
  splits: z
    .strictObject({
      /** 'time': the last views are test and validation; 'hash': a share of the queries is, whenever they were asked */
      by: z.enum(['time', 'hash']),
      /** shares of the views, or with 'hash' of the queries */
      validation: share,
      test: share,
      /** with 'time', the share of the queries asked before and after that is held out; queries that are new then are too */
      heldOut: share,
    })
    .refine(({ validation, test }) => validation + test < 1, 'validation and test leave nothing to train on'),
  words: z.strictObject({
    /** auto: by the language of the documents; else a language's code (ISO 639-1), any (no stems), or porter */
    analyzer: z.enum(['auto', 'any', 'porter', ...Object.keys(LANGUAGES)]),
  }),
  bm25: z.strictObject({ k1: z.number().min(0).max(10), b: share }),
  candidates: z.strictObject({
    seed: z.int(),
    /** documents of the first stage for validation and test: what is reranked */
    rerank: z.int().min(1).max(10_000),
    train: training,
    /** the same for a weak query */
    weak: training,
    /** and for train queries without grades, so many at most; without it they have none */
    unlabelled: training.required({ queries: true }).exactOptional(),
  }),
})
export type PairsRecipe = Readonly<z.output<typeof pairsSchema>>
