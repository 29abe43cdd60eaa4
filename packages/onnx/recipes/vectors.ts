// The form of the served bundle. `static` serves the student alone: network, table of words and lexical
// overlap, from texts. `vectors` adds a sentence encoder (about 24 MB) to the bundle: a request encodes only
// its query, and documents have vectors that `npm run publish-documents` made. Documents without a vector are
// still ranked by the student. `edge: { milliseconds: 40 }` measures all forms that rank 50 documents within
// this CPU time of a Worker and takes the cheapest, unless another ranks better by more than the standard
// error of the difference.
import type { VectorsRecipe } from '../src/vectors.ts'

export default {
  edge: { form: 'static' },
  // the maps that were learned on the log; `features` uses the published encoder unchanged
  vectors: 'heads',
  // texts for calibrating the scales of activations
  calibrationTexts: 200,
  // nDCG@10 on validation; a larger loss is refused when it is significant
  maxLoss: 0.01,
  // Kendall's tau with the orders by float32 vectors
  minAgreement: 0.9,
} satisfies VectorsRecipe
