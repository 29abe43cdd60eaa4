// How an experiment is judged.
import type { ExperimentRecipe } from '../src/experiment.ts'

export default {
  // chance of a false finding, over all main metrics of the page together
  alpha: 0.05,
  // what users did in these days before the start narrows the intervals; more days say little more
  daysBefore: 14,
  // other actions that are counted a search, such as 'purchase'
  actions: [],
} satisfies ExperimentRecipe
