// How the served bundle ranks documents whose vectors were published. `static` serves the student alone: network, table of words and
// lexical overlap, from texts. `vectors` adds a sentence encoder (about 24 MB) to the bundle: a request encodes its query alone, and
// documents come with vectors that `npm run publish-documents` made. Documents without a vector are still ranked by the student.
// `edge: { milliseconds: 40 }` measures all forms that rank 50 documents in so many ms of a Worker's CPU and takes the cheapest, unless
// another ranks better by more than the standard error of the difference.
import type { VectorsRecipe } from '../src/vectors.ts'

export default {
  edge: { form: 'static' },
  // the maps that were learned on the log; `features` takes the encoder as it was published
  vectors: 'heads',
  // texts whose activations decide the scales
  calibrationTexts: 200,
  // nDCG@10 on validation; a larger loss is refused when it is significant
  maxLoss: 0.01,
  // Kendall's tau with the orders by float32 vectors
  minAgreement: 0.9,
} satisfies VectorsRecipe
