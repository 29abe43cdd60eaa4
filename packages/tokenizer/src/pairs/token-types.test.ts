import { expect, it } from 'vitest'
import { tokensBeyond } from '../tokens-beyond.ts'
import { givesTokenTypes } from './token-types.ts'

const all = ['input_ids', 'token_type_ids', 'attention_mask']
const without = ['input_ids', 'attention_mask']

// what AutoTokenizer of transformers 5.24.0 returns for a pair, tokenizer.json being the same
it.each([
  [undefined, undefined, true],
  ['BertTokenizer', undefined, true],
  ['BertTokenizerFast', undefined, true],
  ['ElectraTokenizer', undefined, true],
  ['BertTokenizer', without, false],
  ['ElectraTokenizer', without, false],
  ['PreTrainedTokenizerFast', undefined, false],
  ['PreTrainedTokenizerFast', all, true],
  ['TokenizersBackend', undefined, false],
  ['DistilBertTokenizer', undefined, false],
  ['DistilBertTokenizer', all, true],
  ['RobertaTokenizer', undefined, false],
  [undefined, without, false],
] as const)(
  'class %s with input names %j gives token types: %s',
  (tokenizer_class, model_input_names, gives) => {
    expect(givesTokenTypes({ tokenizer_class, model_input_names })).toBe(gives)
  },
)

it('names the tokens that a table does not have', () => {
  const special = (content: string, id: number) => ({ id, content, special: true })
  const json = (vocab: unknown) =>
    JSON.stringify({
      model: { vocab },
      added_tokens: [special('[CLS]', 4), special('[MASK]', 5), { id: 6, content: 'covid', special: false }],
    })
  expect(tokensBeyond(json({ a: 0, b: 3 }), 7)).toEqual([])
  expect(tokensBeyond(json({ a: 0, b: 3 }), 3)).toEqual(['b', 'covid'])
  expect(
    tokensBeyond(
      json([
        ['a', -1],
        ['b', -2],
      ]),
      1,
      ['[CLS]'],
    ),
  ).toEqual(['b', '[CLS]', 'covid'])
})
