// How a click log becomes pairs.
import type { PairsRecipe } from '../src/pairs-recipe.ts'

export default {
  // one row in a hundred may be bad; more means that the file is not what it is taken for
  badRows: { share: 0.01, show: 10 },
  // your column for ours, where the names differ: { clicks: { query: 'search_term' } }. A dot
  // reaches into nested columns, a number into lists: 'items.0.id'
  columns: {},
  // what the grades of qrels mean. Whole numbers from 0 to 10 need no words: the gain of nDCG is 2^grade - 1. For others
  // { values: { good: 2, fair: 1, bad: 0 } }, or bounds that count how many a number exceeds: { above: [0, 0.5, 0.9] }
  judgements: { grades: 'as they are' },
  // far more than a model reads of a text: a document of megabytes must not fill the memory. Characters
  documents: { maxTitle: 2_000, maxSummary: 20_000, html: 'auto' },
  log: {
    // a session that asks faster than a person reads is a robot's; short bursts are forgiven
    robotQueriesPerMinute: 10,
    robotQueries: 10,
    // robots are few, though one may click more than a thousand people do; a larger share is people
    robotShare: { sessions: 0.1, clicks: 0.5 },
    // a click that is a row of its own belongs to what was shown before it, minutes
    clickWindow: 30,
    // a shorter stay is a mistake or a disappointment, milliseconds
    minDwell: 5_000,
    // further down there are too few impressions to learn from
    maxPosition: 50,
    // 1 keeps every query; 5 or 10 where a rare text could tell who asked it
    minSessions: 1,
  },
  clicks: {
    // whichever of position-based, cascade and dynamic-bayesian predicts held-out sessions best
    model: 'auto',
    // rows to learn positions, perseverance and prior from: a dozen numbers need no more
    sample: 2_000_000,
    // a click at a position seen by one in ten weighs as much as ten at the top; no click weighs more
    clip: 10,
  },
  // for queries that no person judged: chosen on planted relevance (npm run bench -- grades)
  grades: { from: [0.05, 0.2, 0.5], confidence: 0.9, examined: [1, 2, 4], skipped: 1, measured: 10_000 },
  // the last days measure; a quarter of the queries that were also asked before is held out, so that the frequent ones
  // are measured too
  splits: { by: 'time', validation: 0.1, test: 0.1, heldOut: 0.25 },
  // what a word is: 'auto' by the language of the documents, or its code ('de', 'th'), or 'any' for words without stems
  words: { analyzer: 'auto' },
  // the usual values
  bm25: { k1: 1.2, b: 0.75 },
  candidates: {
    seed: 5,
    // documents that are reranked: the figures' depth
    rerank: 100,
    // what the teacher scores for a train query: hard negatives, and two easy ones. More queries than a training run
    // draws cost the teacher time for nothing
    train: { first: 18, depth: 60, random: 2, queries: 100_000 },
    // fewer than one weak query in three are enough to draw from, and every candidate costs the teacher time
    weak: { first: 8, depth: 60, random: 1, queries: 2400 },
    // train queries without grades, those asked most often: a teacher grades them for `distil`
    unlabelled: { first: 8, depth: 60, random: 1, queries: 10_000 },
  },
} satisfies PairsRecipe
