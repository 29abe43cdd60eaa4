// Queries cut from the documents, for teachers to score and students to learn from.
import type { PseudoQueriesRecipe } from '../src/pseudo-queries.ts'

export default {
  seed: 8,
  perDocument: 6,
  // as long as users' queries are
  words: { least: 3, most: 12 },
  titles: true,
  // a training step draws about fifty: more than training draws in total would be embedded for nothing
  most: 30_000,
  nearDuplicate: 0.75,
} satisfies PseudoQueriesRecipe
