// The embedded example: how CWE's own data is cut into splits, and how its click log is simulated.
import type { ExampleRecipe } from '../src/example.ts'

export default {
  // CVEs of this year and later: the model is asked about what came after all it was taught
  testFrom: 2020,
  // shares of the CVEs; more of the recent years, as the test split is more recent still. About 150 queries
  validation: { from: 2017, recent: 0.6, earlier: 0.06 },
  // simulated: no person made these clicks
  clicks: {
    seed: 11,
    // result pages a query; with ten documents each, enough to learn the positions from
    sessions: 8,
    page: 10,
    // share of the pages in random order: without any, no log tells position from relevance
    shuffled: 0.3,
    // position k is looked at with probability 1 / k^eta
    eta: 1,
    // probability of a click on what was looked at, for the grades 0, 1, 2, 3
    attraction: [0.03, 0.1, 0.3, 0.8],
    // median stay after a click, milliseconds, for the grades 0, 1, 2, 3
    dwell: [8_000, 15_000, 30_000, 60_000],
    // sessions that click on everything, for `pairs` to drop
    robots: 5,
  },
} satisfies ExampleRecipe
