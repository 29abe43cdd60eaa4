// The embedded example: the splits of CWE's data, and the simulation of its click log.
import type { ExampleRecipe } from '../src/example.ts'

export default {
  // CVEs of this year and later: the model is tested on queries that are newer than its training data
  testFrom: 2020,
  // shares of the CVEs; larger in recent years, because the test split is more recent still. About 150
  // queries
  validation: { from: 2017, recent: 0.6, earlier: 0.06 },
  // simulated: no person made these clicks
  clicks: {
    seed: 11,
    // result pages for each query; with ten documents each, enough to learn the positions from
    sessions: 8,
    page: 10,
    // share of the pages in random order: without any, a log cannot tell position from relevance
    shuffled: 0.3,
    // position k is examined with probability 1 / k^eta
    eta: 1,
    // probability of a click after an examination, for the grades 0, 1, 2, 3
    attraction: [0.03, 0.1, 0.3, 0.8],
    // median stay after a click, milliseconds, for the grades 0, 1, 2, 3
    dwell: [8_000, 15_000, 30_000, 60_000],
    // sessions that click on everything, for `pairs` to drop
    robots: 5,
  },
} satisfies ExampleRecipe
