// The recipe of the analysis of an experiment.
import type { ExperimentRecipe } from '../src/experiment.ts'

export default {
  // probability of a false finding, over all main metrics of the page together
  alpha: 0.05,
  // the users' behaviour in these days before the start narrows the intervals; more days add little
  daysBefore: 14,
  // other actions for a metric per search, such as 'purchase'
  actions: [],
} satisfies ExperimentRecipe
