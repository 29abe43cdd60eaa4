// The embedded example.
import type { ExampleRecipe } from '../src/example.ts'

export default {
  testFrom: 2020,
  // more of the recent years, as the test split is more recent still
  validation: { from: 2017, recent: 0.5, earlier: 0.05 },
  // simulated: no person made these clicks
  clicks: {
    seed: 11,
    sessions: 8,
    page: 10,
    shuffled: 0.3,
    eta: 1,
    attraction: [0.03, 0.1, 0.3, 0.8],
    dwell: [8_000, 15_000, 30_000, 60_000],
    robots: 5,
  },
} satisfies ExampleRecipe
