import type { LogFacts } from '@disranker/dataset'
import { expect, it } from 'vitest'
import { deriveRecipe } from './derive-recipe.ts'

const facts = (highestGrade: number, trainQueries = 2): LogFacts => ({
  highestGrade,
  words: { query: 2, title: 2, summary: 4 },
  distinctWords: 106,
  trainQueries,
  clickedPairs: 1,
})
const steps = { over: 'trainQueries', times: 3, perStep: 2, least: 5 } as const
const recipe = {
  seed: 1,
  vocabulary: { size: 'auto', maxLength: 'auto', maxQuery: 'auto', maxTitle: 20, maxSummary: 'auto' },
  training: { steps: 'auto' },
  objective: { loss: 'listwise', gains: 'auto' },
} as const

it.each([
  [1, [0, 1]],
  [2, [0, 0.3333, 1]],
  [3, [0, 0.1429, 0.4286, 1]],
])('takes gains from a highest grade of %i', (highest, gains) => {
  const lines: string[] = []
  const taken = deriveRecipe(recipe, facts(highest), steps, (line) => lines.push(line))
  expect(taken).toEqual({
    seed: 1,
    // 1.35 tokens a word, one to spare, within bounds
    vocabulary: { size: 1024, maxLength: 8 + 20 + 16 + 6, maxQuery: 8, maxTitle: 20, maxSummary: 16 },
    training: { steps: 5 },
    objective: { loss: 'listwise', gains },
  })
  expect(lines.join()).toMatch(
    /^from this log: vocabulary\.size 1024 \(\d+ different words\).*objective\.gains .* \(the highest grade is \d\)\. The recipe can say otherwise$/,
  )
})

it('takes gains for each line of an objective', () => {
  const lines = [{ loss: 'hybrid' }, { loss: 'listwise', gains: 'auto' }, { loss: 'lambda', gains: 'auto' }]
  const { objective } = deriveRecipe({ objective: lines }, facts(2), steps, () => {})
  const gains = [0, 0.3333, 1]
  expect(objective).toEqual([{ loss: 'hybrid' }, { loss: 'listwise', gains }, { loss: 'lambda', gains }])
})

it('leaves what was chosen by hand, and says nothing then', () => {
  const chosen = { training: { steps: 7 }, objective: { loss: 'rank-net' } }
  const say = () => expect.fail('said something')
  expect(deriveRecipe(chosen, facts(1), steps, say)).toEqual(chosen)
})

it('takes what is said for a log of its size', () => {
  const said = {
    ...recipe,
    vocabulary: { ...recipe.vocabulary, maxSummary: { few: 'whole', many: 'auto' } },
    model: { few: { hidden_size: 64 }, many: { hidden_size: 128 } },
  } as const
  const take = (judged: number, words: number) => {
    const long = { ...facts(1, judged), words: { query: 2, title: 2, summary: words } }
    const { model, vocabulary } = deriveRecipe(said, long, steps, () => {})
    return [model.hidden_size, vocabulary.maxSummary]
  }
  // 1.35 tokens a word, one to spare
  expect(take(499, 150)).toEqual([64, 204])
  expect(take(499, 1000)).toEqual([64, 320])
  expect(take(500, 150)).toEqual([128, 96])
})
