import { describe, expect, it } from 'vitest'
import { bertSpecialTokens } from '../special-tokens.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { trainWordPiece } from '../train/train-word-piece.ts'
import { patternsOf, slowPart } from './slow-pattern.ts'

describe('a pattern that a text can make slow', () => {
  it.each([
    '(a+)+$',
    '(a*)*',
    '(?:a+)*b',
    '([a-z]+)*',
    '((a+)b?)+',
    '(?:\\p{L}+)+',
    '(a|a)*',
    '(?:ab|a|ab)+',
    '(x{2,})+',
    '(\\s*\\n)*',
    '(?:(?:a+))+',
    'b|(\\)+)+',
  ])('is found: %s', (pattern) => expect(slowPart(pattern)).toBeDefined())

  // of GPT-2, cl100k, o200k, Qwen, CLIP, DeepSeek, XLM-R, BLOOM and BERT's kin
  it.each([
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
    '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+| ?[\\p{P}\\p{S}]+[\\r\\n]*',
    ' {2,}',
    ' ?[^(\\s|[.,!?…。,、।۔،])]+',
    '(?:ab|cd)+',
    '(ab)*',
    '(a|b)+',
    '(?:a+)?b',
    '(a+){1,3}',
  ])('is no pattern that tokenizers use: %s', (pattern) => expect(slowPart(pattern)).toBeUndefined())
})

it('refuses a tokenizer with such a pattern when it is loaded, wherever it stands', () => {
  const json = trainWordPiece(['a buffer of memory'], {
    vocabSize: 60,
    minFrequency: 1,
    specialTokens: bertSpecialTokens(),
  })
  const split = { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false }
  const sequence = { type: 'Sequence', pretokenizers: [json.pre_tokenizer, split] }
  expect([...patternsOf({ ...json, pre_tokenizer: sequence })]).toEqual(['(a+)+$'])
  expect(() => loadTokenizer(JSON.stringify({ ...json, pre_tokenizer: sequence }))).toThrow(
    'tokenizer.json has the pattern "(a+)+$"',
  )
})
