import { expect, it } from 'vitest'
import { wordOfTokens } from './word-of-token.ts'

const pieces = { byteLevel: false, continuing: '##', unknown: '[UNK]' }
const bytes = { byteLevel: true, continuing: '', unknown: undefined }
const never = () => {
  throw new Error('not needed here')
}

it('groups word pieces', () => {
  expect(wordOfTokens(['over', '##flow', '-', 'fix', '##es'], 'overflow-fixes', never, pieces)).toEqual([
    0, 0, -1, 1, 1,
  ])
})

it('steps over an unknown word by the piece it stands for', () => {
  expect(
    wordOfTokens(['a', '.', '[UNK]', '.', 'b'], 'a.𝒳𝒴.b', () => ['a', '.', '𝒳𝒴', '.', 'b'], pieces),
  ).toEqual([0, -1, 1, -1, 2])
})

it('reads byte-level letters, the space before a word included', () => {
  expect(wordOfTokens(['Ġcr', 'Ã', '¨me', "'s"], " crème's", never, bytes)).toEqual([0, 0, 0, 1])
})

it('reads "▁" and bytes that stand for themselves', () => {
  const spelling = { byteLevel: false, continuing: '', unknown: '<unk>' }
  expect(wordOfTokens(['▁x', '<0xC3>', '<0xA9>', '▁', 'y'], '▁xé▁y', never, spelling)).toEqual([
    0, 0, 0, -1, 1,
  ])
})

it('gives up on tokens that do not spell the text', () => {
  expect(wordOfTokens(['over', '##flaw'], 'overflow', never, pieces)).toBeUndefined()
  expect(wordOfTokens(['over'], 'overflow', never, pieces)).toBeUndefined()
})
