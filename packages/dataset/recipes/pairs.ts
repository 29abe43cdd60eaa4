// How a click log becomes pairs.
import type { PairsRecipe } from '../src/pairs.ts'

export default {
  // one row in a hundred may be bad; more means that the file is not what it is taken for
  badRows: { share: 0.01, show: 10 },
  log: {
    // a session that asks faster than a person reads is a robot's; short bursts are forgiven
    robotQueriesPerMinute: 10,
    robotQueries: 10,
    // a shorter stay is a mistake or a disappointment, milliseconds
    minDwell: 5_000,
    // further down there are too few impressions to learn from
    maxPosition: 50,
    // a click at a position seen by one in ten weighs as much as ten at the top; no click weighs more
    clip: 10,
  },
  // for queries that no person judged: weighted clicks an impression from which a document has grade 1, 2, 3, and the
  // impressions from which a query counts
  grades: { fromWeight: [0.05, 0.2, 0.5], minImpressions: 4 },
  // the usual values
  bm25: { k1: 1.2, b: 0.75 },
  candidates: {
    seed: 5,
    // documents that are reranked: the figures' depth
    rerank: 100,
    // what the teacher scores for a train query: hard negatives, and two easy ones
    train: { first: 18, depth: 60, random: 2 },
    // fewer than one weak query in three are enough to draw from, and every candidate costs the teacher time
    weak: { first: 8, depth: 60, random: 1, queries: 2400 },
  },
} satisfies PairsRecipe
