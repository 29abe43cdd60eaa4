// Which recipes of `score` are accepted, and the error for each mistake.
import { checkRecipe } from '@disranker/stage'
import { expect, it } from 'vitest'
import { scoreSchema } from './score.ts'
import { checkNames, nameOf, type TeacherRecipe } from './teacher-recipe.ts'

const check = (...teachers: object[]) =>
  checkRecipe(
    scoreSchema,
    { teachers, queriesPerShard: 1, tokensPerBatch: 1, lexicalWeight: 0 },
    'recipes/score.ts',
  )
const served = { api: 'cohere', url: 'https://api.cohere.com/v2/rerank', weight: 1 }
const prompt = { user: '{query} {document}', yes: ['yes'], no: ['no'] }

it('takes every kind of teacher', () => {
  check(
    { decoder: 'sft', weight: 1 },
    { scores: 'two-tower', weight: 'auto', name: 'static-bi-encoder' },
    { file: 'scores', weight: 'auto' },
    { crossEncoder: 'owner/model', revision: 'abc', maxLength: 256, maxQuery: 32, weight: 1 },
    {
      biEncoder: 'owner/model',
      maxLength: 256,
      maxQuery: 32,
      pooling: 'cls',
      queryPrefix: 'query: ',
      weight: 1,
    },
    { ...served, key: 'COHERE_API_KEY', price: { currency: 'USD', perThousandRequests: 2 }, scale: 'logit' },
    { ...served, api: 'chat', prompt },
    { batch: 'big', api: 'vllm-score', model: 'm', weight: 1 },
    { batch: 'qwen', api: 'vllm-score', model: 'Qwen3-Reranker-8B', templates: 'qwen3-reranker', weight: 1 },
  )
})

it.each([
  [{ weight: 1 }, /needs one of decoder, scores, file.*and has none/],
  [{ decoder: 'sft', scores: 'two-tower', weight: 1 }, /has decoder and scores/],
  [{ decoder: 'stf', weight: 1 }, /decoder is "stf"/],
  [{ ...served, key: 'sk-secret' }, /ends in _API_KEY; the key itself is never written in a recipe/],
  [{ ...served, key: 'COHERE_API_KEY' }, /may cost money: needs `price`/],
  [{ ...served, api: 'chat' }, /needs `prompt`/],
  [{ ...served, prompt }, /takes it with no other/],
  [{ ...served, api: 'chat', prompt: { ...prompt, user: 'Is it?' } }, /needs \{query\} and \{document\}/],
  [{ batch: 'big', api: 'tei', weight: 1 }, /vLLM has no batches of this API/],
  [
    { ...served, api: 'vllm-score', model: 'Qwen/Qwen3-Reranker-4B' },
    /needs `templates`, because a model of this name ranks badly/,
  ],
  [{ ...served, api: 'chat', prompt, templates: 'none' }, /takes no `templates` with/],
  [{ ...served, api: 'tei', templates: { query: 'q', document: '{document}' } }, /templates/],
  [{ ...served, concurency: 3 }, /concurency is not known/],
  [{ decoder: 'sft' }, /weight is missing/],
  [{ decoder: 'sft', weight: 1, name: 'a b' }, /name is "a b"/],
])('%j is told by name', (teacher, message) => {
  expect(() => check(teacher)).toThrow(message)
})

it('calls a teacher by the last part of what it is made from', () => {
  const lengths = { maxLength: 1, maxQuery: 1, weight: 1 }
  const names = [
    { crossEncoder: '/models/big/', ...lengths },
    { biEncoder: 'owner/mini-LM', ...lengths },
    { api: 'tei', url: 'http://x', weight: 1 },
  ] as const
  expect(names.map(nameOf)).toEqual(['big', 'mini-LM', 'tei'])
  const twice: TeacherRecipe[] = [
    { file: 'a', weight: 1 },
    { scores: 'a', weight: 1 },
  ]
  expect(() => checkNames(twice)).toThrow(/two teachers called a/)
})
