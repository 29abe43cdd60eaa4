import { expect, it } from 'vitest'
import { stem, words } from './words.ts'

it('finds letters and digits in lower case', () => {
  expect(words("Don't use CVE-2020-1 in x_y!")).toEqual([
    'don',
    't',
    'use',
    'cve',
    '2020',
    '1',
    'in',
    'x',
    'y',
  ])
  expect(words(' … ')).toEqual([])
})

it('keeps accents with their letters, however they are written', () => {
  expect(words('Cre\u0300me BRÛLÉE')).toEqual(['crème', 'brûlée'])
  expect(words('हिन्दी में')).toEqual(['हिन्दी', 'में'])
})

it('takes Chinese characters and hiragana one by one', () => {
  expect(words('第3章 搜索SQL注入。カタカナのテスト')).toEqual([
    '第',
    '3',
    '章',
    '搜',
    '索',
    'sql',
    '注',
    '入',
    'カタカナ',
    'の',
    'テスト',
  ])
})

it('stems English words', () => {
  expect(['overflows', 'overflowing', 'overflow'].map(stem)).toEqual(['overflow', 'overflow', 'overflow'])
  expect(stem('constructor')).toBe('constructor')
})
