// `npm run try`: the bag of words after one pass.
import type { BagOfWordsRecipe } from '../../src/bag-of-words.ts'
import own from '../bag-of-words.ts'

export default { ...own, words: 4000, features: 32, epochs: 1, trainTimes: 1 } satisfies BagOfWordsRecipe
