// The recipe that turns a click log into pairs.
import type { PairsRecipe } from '../src/pairs-recipe.ts'

export default {
  // one row in a hundred may be bad; more means that the file is not a log of this form
  badRows: { share: 0.01, show: 10 },
  // your column for ours, where the names differ: { clicks: { query: 'search_term' } }. A dot
  // reaches into nested columns, a number into lists: 'items.0.id'
  columns: {},
  // the meaning of grades in qrels. Whole numbers from 0 to 10 need no mapping: the gain of nDCG is 2^grade -
  // 1. For others { values: { good: 2, fair: 1, bad: 0 } }, or bounds, of which a grade counts those that a
  // value exceeds: { above: [0, 0.5, 0.9] }
  judgements: { grades: 'as they are' },
  // characters; far more than a model reads of a text: a document of megabytes must not fill the memory
  documents: { maxTitle: 2_000, maxSummary: 20_000, html: 'auto' },
  log: {
    // a session that asks faster than a person can read is a robot's; short bursts are tolerated
    robotQueriesPerMinute: 10,
    robotQueries: 10,
    // robots are few, though one may click more than a thousand users; a larger share must be users
    robotShare: { sessions: 0.1, clicks: 0.5 },
    // minutes; a click in a separate row belongs to the document shown before it
    clickWindow: 30,
    // a shorter stay is a mistake or a disappointment, milliseconds
    minDwell: 5_000,
    // positions below have too few impressions to learn from
    maxPosition: 50,
    // 1 keeps every query; use 5 or 10 if a rare text could identify a person
    minSessions: 1,
  },
  clicks: {
    // position-based, cascade or dynamic-bayesian, whichever predicts held-out sessions best
    model: 'auto',
    // rows for learning positions, perseverance and prior: a dozen numbers need no more
    sample: 2_000_000,
    // a click at a position seen by one in ten weighs as much as ten at the top; no click weighs more
    clip: 10,
  },
  // for queries without human judgements: chosen on planted relevance (npm run bench -- grades)
  grades: { from: [0.05, 0.2, 0.5], confidence: 0.9, examined: [1, 2, 4], skipped: 1, measured: 10_000 },
  // the last days are for measuring; a quarter of the queries that were also asked before is held out, so
  // that frequent queries are measured, too
  splits: { by: 'time', validation: 0.1, test: 0.1, heldOut: 0.25 },
  // 'auto' chooses the analyzer by the language of the documents; or a code ('de', 'th'), or 'any' for words
  // without stems
  words: { analyzer: 'auto' },
  // the usual values
  bm25: { k1: 1.2, b: 0.75 },
  candidates: {
    seed: 5,
    // documents that are reranked: the depth of the figures
    rerank: 100,
    // candidates of a train query that the teacher scores: hard negatives, and two easy ones. Training does
    // not draw more queries, and each costs the teacher time
    train: { first: 18, depth: 60, random: 2, queries: 100_000 },
    // one weak query in three is enough to draw from, and every candidate costs the teacher time
    weak: { first: 8, depth: 60, random: 1, queries: 2400 },
    // the most frequent train queries without grades: a teacher scores them for `distil`
    unlabelled: { first: 8, depth: 60, random: 1, queries: 10_000 },
  },
} satisfies PairsRecipe
