// The decisions about a click log that people make by hand, and their allowed values; checked before anything
// runs.
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
  /** number of documents to take from the first stage, */
  first: count,
  /** and the number of ranks that they are spread over, the upper ones more densely */
  depth: count,
  /** number of random documents in addition */
  random: z.int().min(0),
  /** number of additional documents that are the best of many train queries; 0 by default */
  popular: z.int().min(0).exactOptional(),
  /** number of queries that get candidates; all by default */
  queries: count.exactOptional(),
})
export type TrainingCandidates = Readonly<z.output<typeof training>>

export const pairsSchema = z.strictObject({
  badRows: z.strictObject({
    /** share of the rows that may be bad */
    share,
    /** number of bad rows that are shown */
    show: z.int().min(0),
  }),
  /** your column for ours, by table */
  columns: z.strictObject({ clicks: columns, documents: columns, queries: columns, judgements: columns }),
  judgements: z.strictObject({ grades }),
  documents: z.strictObject({
    /** longest title and summary, characters; longer ones are cut */
    maxTitle: count,
    maxSummary: count,
    /**
     * whether titles and summaries are HTML: `auto` decides for each of the two, by tags and entities in all
     * documents
     */
    html: z.enum(['auto', 'yes', 'no']),
  }),
  log: z.strictObject({
    /** a session with more queries a minute than this is a robot's */
    robotQueriesPerMinute: z.number().positive(),
    /** and only if it has at least this many */
    robotQueries: count,
    /**
     * maximal shares of the sessions, and of the clicks, that robots may have; with more the rule has caught
     * users
     */
    robotShare: z.strictObject({ sessions: share, clicks: share }),
    /** minutes within which a click in a separate row belongs to the row of the shown document */
    clickWindow: z.number().min(0).max(1440),
    /** milliseconds; a click with a shorter stay does not count; clicks without dwell_ms do */
    minDwell: z.number().min(0),
    /** positions below this are left out: they have too few impressions. A page view is a row of bits */
    maxPosition: z.int().min(1).max(62),
    /** queries of fewer sessions are left out: a rare text may identify a person (k-anonymity) */
    minSessions: count,
  }),
  clicks: z.strictObject({
    /** the click model; `auto` takes the one with the lowest perplexity on held-out sessions */
    model: z.enum(['auto', ...CLICK_MODELS]),
    /** rows of the log from which the model learns the parameters of all queries */
    sample: count,
    /** maximal weight of one click */
    clip: z.number().min(1),
  }),
  grades: z.strictObject({
    /**
     * a document gets grade 1, 2, 3 when its attraction exceeds these shares of the query's best, with
     * `confidence`
     */
    from: rising(share),
    /** probability that a document is at least as attractive as the bound of its grade */
    confidence: z.number().min(0).lt(1),
    /** and with this many examinations; one click in one view then never gives grade 3 */
    examined: rising(z.number().min(0)),
    /** a document with this many examinations and no click has grade 0; with fewer it has no grade */
    skipped: z.number().min(0),
    /**
     * maximal number of validation queries, and of test queries, that clicks grade: every model scores all
     * candidates of each
     */
    measured: count,
  }),
  splits: z
    .strictObject({
      /**
       * 'time': the last views are test and validation; 'hash': a share of the queries is, independent of
       * time
       */
      by: z.enum(['time', 'hash']),
      /** shares of the views, or with 'hash' of the queries */
      validation: share,
      test: share,
      /**
       * with 'time', the share of the queries asked before and after that is held out; queries that are new
       * then always are
       */
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
    /** documents of the first stage for validation and test, which models rerank */
    rerank: z.int().min(1).max(10_000),
    train: training,
    /** the same for a weak query */
    weak: training,
    /** and for at most this many train queries without grades; by default they have none */
    unlabelled: training.required({ queries: true }).exactOptional(),
  }),
})
export type PairsRecipe = Readonly<z.output<typeof pairsSchema>>
