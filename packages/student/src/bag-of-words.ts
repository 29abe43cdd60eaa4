// A cheap learned baseline: query and document as weighted bags of words, embedded by one table; every document also has
// its own vector and bias, so that it can learn words that only queries use. A softmax over the documents learns
// which one a query means. It needs every document in training, so it cannot rank unseen documents.
//   z(q, d) = exp(s) (x_q E) . (x_d E + f_d) + b_d
// Run: npx turbo run bag-of-words
import { join } from 'node:path'
import { type Pairs, readPairs, readPseudoQueries } from '@disranker/dataset'
import { ensureBackend, epochs } from '@disranker/engine'
import { createBm25 } from '@disranker/lexical'
import {
  gradeShares,
  type Item,
  leaveScores,
  lexicalWeight,
  rankSplits,
  scoreSplits,
  trainSeeds,
  type Vectors,
  writeVectors,
} from '@disranker/ranking'
import { InputError, leaveOut, type Manifest, runStage, type StageOptions, type Work } from '@disranker/stage'
import { fit, recipeParts, softmaxLoss, trainingOptions } from '@disranker/training'
import { z } from 'zod'
import { type CorpusSoftmax, createCorpusSoftmax } from './words/corpus-softmax.ts'
import { createWordVectors, type WordVectors } from './words/word-vectors.ts'

export const bagOfWordsSchema = z.strictObject({
  ...recipeParts.seeds,
  /** words of the bag */
  words: recipeParts.count,
  /** features of an embedding */
  features: recipeParts.count,
  /** passes over the train and weak queries */
  epochs: recipeParts.count,
  /** queries a step */
  batch: recipeParts.count,
  /** share of the query's words that are hidden in training */
  wordDropout: recipeParts.share.lt(1),
  /** how often a train query is used for each use of a weak one */
  trainTimes: recipeParts.count,
  /**
   * the gain of a document of each grade; by default the documents of a query's highest grade have equal
   * shares
   */
  gains: recipeParts.gains.exactOptional(),
  /** maximal number of documents: the softmax covers all of them */
  maxDocuments: recipeParts.count,
  lexicalWeight,
  training: recipeParts.stepless,
})
export type BagOfWordsRecipe = Readonly<z.output<typeof bagOfWordsSchema>>

export interface BagOfWordsOptions extends StageOptions<BagOfWordsRecipe> {
  readonly pairs: string
  /** folder of the pseudo-queries stage; without it no vectors are written */
  readonly pseudo?: string
}

/**
 * Trains the baseline and writes `runs/{validation,test}.run`, `vectors/` and `scores/`. Writes no runs, but
 * `leftOut` in the manifest, when the corpus is larger than the recipe allows.
 */
export function bagOfWords(options: BagOfWordsOptions): Promise<Manifest> {
  const { pairs: folder, pseudo, recipe } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'bag-of-words',
    inputs: { pairs: folder, ...(pseudo !== undefined && { pseudo }) },
    async run(work) {
      const pairs = work.closeLater(readPairs(folder))
      // a baseline must not stop the pipeline for a larger corpus: the report lists the row as missing
      if (pairs.documents.length > recipe.maxDocuments)
        return leaveOut(
          'bag-of-words',
          work,
          `${pairs.documents.length} documents are more than the softmax of bag-of-words goes over (maxDocuments ${recipe.maxDocuments} in its recipe)`,
        )
      await ensureBackend(work.progress.say)
      const texts = Array.from(pairs.documents, ({ title, summary }) => `${title}. ${summary}`)
      const targets = gatherQueries(pairs, recipe)
      const bag = createWordVectors(
        [...texts, ...new Set(targets.map(({ text }) => text))],
        recipe.words,
        pairs.analyzer,
      )
      const bm25 = createBm25(texts, { analyzer: pairs.analyzer })
      const { seeds = [] } = recipe
      const train = (seed: number, name: string) =>
        trainSoftmax({ recipe: { ...recipe, seed }, work, name, targets, bag, texts })
      const { softmax, history } = await train(recipe.seed, 'bag-of-words')
      // for each query one row of scores over all documents, read by document number
      const looked =
        (scoresOf: (queries: readonly string[]) => ArrayLike<number>) => (items: readonly Item[]) => {
          const queries = [...new Set(items.map(({ query }) => query))]
          const rows = new Map(queries.map((query, row) => [query, row]))
          const scores = scoresOf(queries)
          return Float64Array.from(
            items,
            ({ query, document }) =>
              scores[rows.get(query)! * texts.length + pairs.documents.numberOf(document.id)]!,
          )
        }
      const scoreBy = (softmax: CorpusSoftmax) =>
        looked((queries) => {
          // read outside a tidy, which would search all these numbers for tensors
          const scores = softmax.score(bag.bags(queries))
          const values = scores.dataSync()
          scores.dispose()
          return values
        })
      const overlap = looked((queries) => queries.flatMap((query) => [...bm25.scores(query)]))
      const shared = {
        pairs,
        lexicalWeight: recipe.lexicalWeight,
        terms: (items: readonly Item[]) => ({ overlap: overlap(items) }),
      }
      const name = 'bag-of-words'
      const logits = await scoreSplits({ name, pairs, work, queriesPerShard: 250, score: scoreBy(softmax) })
      if (pseudo !== undefined) {
        const cut = readPseudoQueries(pseudo).map(({ text }) => text)
        writeVectors(work.folder, vectorsOf(softmax, bag, recipe.features + 1, { pairs, cut }))
      }
      softmax.dispose()
      const ranked = leaveScores(work, logits, {
        ...{ ...shared, name, seeds },
        row: 'bag_of_words',
        role: 'baseline',
        what: 'bags of words, softmax over all documents',
      })
      const spread = await trainSeeds('bag-of-words', seeds, async (seed, name, runs) => {
        const { softmax } = await train(seed, name)
        const folder = join(work.folder, runs)
        const ranked = await rankSplits({ ...shared, name, work, folder, score: scoreBy(softmax) })
        softmax.dispose()
        return ranked
      })
      return { steps: history.length, loss: history.at(-1)?.loss, ...ranked, ...spread }
    },
  })
}

/** The vectors of every text. */
function vectorsOf(
  softmax: CorpusSoftmax,
  bag: WordVectors,
  features: number,
  { pairs, cut }: { readonly pairs: Pairs; readonly cut: readonly string[] },
): Vectors {
  const embed = (texts: readonly string[]) => softmax.queryVectors(bag.bags(texts))
  return {
    features,
    documents: softmax.documentVectors(),
    queries: embed(Array.from(pairs.queries, ({ text }) => text)),
    pseudo: embed(cut),
  }
}

interface Learning {
  readonly recipe: BagOfWordsRecipe
  readonly work: Work
  /** name of the checkpoints and of the progress */
  readonly name: string
  readonly targets: readonly QueryTargets[]
  readonly bag: WordVectors
  readonly texts: readonly string[]
}

/** Trains from the recipe's seed. Dispose of the softmax after use. */
async function trainSoftmax({ recipe, work, name, targets, bag, texts }: Learning) {
  const softmax = createCorpusSoftmax(bag.bags(texts), bag.size, recipe.features, recipe.seed)
  const at = epochs(targets.length, recipe.seed)
  const perEpoch = Math.ceil(targets.length / recipe.batch)
  const training = { ...recipe.training, steps: perEpoch * recipe.epochs }
  const { history } = await fit({
    ...trainingOptions({ seed: recipe.seed, training }, work, name),
    weights: softmax.weights,
    batch(step, random) {
      const chosen = Array.from({ length: recipe.batch }, (_, i) => targets[at(step * recipe.batch + i)]!)
      const queries = bag.bags(
        chosen.map(({ text }) => text),
        () => random.uniform() >= recipe.wordDropout,
      )
      const wanted = new Float32Array(chosen.length * texts.length)
      for (const [row, { shares }] of chosen.entries())
        for (const [index, share] of shares) wanted[row * texts.length + index] = share
      return { queries, wanted }
    },
    loss: ({ queries, wanted }) => softmaxLoss(softmax.score(queries), wanted),
  })
  return { softmax, history }
}

interface QueryTargets {
  readonly text: string
  /** target probability, by index of a document */
  readonly shares: ReadonlyMap<number, number>
}

/** Train and weak queries with the target distribution from their grades. */
function gatherQueries(
  pairs: Pairs,
  { trainTimes, gains }: Pick<BagOfWordsRecipe, 'trainTimes' | 'gains'>,
): QueryTargets[] {
  const sharesOf = gains === undefined ? bestShares(pairs) : gradeShares(pairs, gains)
  const targets = [...pairs.queries].flatMap(({ id, text, split }) => {
    if (split !== 'train' && split !== 'weak') return []
    const shares = sharesOf(id)
    if (shares.size === 0) return []
    return Array.from({ length: split === 'train' ? trainTimes : 1 }, () => ({ text, shares }))
  })
  if (targets.length === 0)
    throw new InputError(
      'No train query has a judged document: there is nothing to learn. Look at out/pairs.',
    )
  return targets
}

/** The documents of a query's highest grade, with equal shares. */
function bestShares({ judgements, documents }: Pairs): (query: string) => ReadonlyMap<number, number> {
  return (query) => {
    const grades = [...(judgements.get(query) ?? [])]
    const top = Math.max(0, ...grades.map(([, grade]) => grade))
    const best = grades.filter(([, grade]) => top > 0 && grade === top)
    return new Map(best.map(([document]) => [documents.numberOf(document), 1 / best.length]))
  }
}
