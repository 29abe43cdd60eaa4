import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBm25 } from '../search/bm25.ts'
import { type AnalyzerSpec, analyzerOf, loadAnalyzer, PORTER } from './analyzer.ts'
import { LANGUAGES } from './languages.ts'

const words = (name: string, text: string) => analyzerOf({ name }).words(text)
const stems = (name: string, text: string) => words(name, text).map(analyzerOf({ name }).stem)

describe('names of code', () => {
  it.each([
    ['C++, C# and F#', ['c++', 'c#', 'and', 'f#']],
    [
      'C++17 Notepad++ lib-stdc++ Objective-C++',
      ['c++', '17', 'notepad++', 'lib', 'stdc++', 'objective', 'c++'],
    ],
    ['Use .NET... and ...not', ['use', 'net', '.net', 'and', 'not']],
    ['Node.js v1.2.3.', ['node', 'js', 'node.js', 'v1', '2', '3', 'v1.2.3']],
    ['part AB-123/4', ['part', 'ab', '123', '4', 'ab-123/4']],
    ['Python3.8の', ['python3', '8', 'python3.8', 'の']],
    ['and/or state-of-the-art, i.e. so', ['and', 'or', 'state', 'of', 'the', 'art', 'i', 'e', 'so']],
    [`a${'.1'.repeat(50)}`, ['a', ...Array.from({ length: 50 }, () => '1')]],
  ])('%s', (text, expected) => expect(words('en', text)).toEqual(expected))

  it('tell languages apart that share a letter, and are found by their parts', () => {
    const texts = ['A book on C++', 'A book on C#', 'A book on C', 'Servers with Node.js', 'Servers with JS']
    const bm25 = createBm25(texts, { analyzer: { name: 'en' } })
    const best = (query: string) => bm25.search(query, 5).map(({ index }) => index)
    expect([best('c++'), best('C#'), best('c')]).toEqual([[0], [1], [2]])
    expect(best('node.js')).toEqual([3, 4])
    expect(best('node')).toEqual([3])
  })

  it('make no text longer', () => {
    const bm25 = createBm25(['node.js here', 'node js here', 'more'], { analyzer: { name: 'en' } })
    const [named, parted] = bm25.scores('here')
    expect(named).toBe(parted)
  })
})

it('finds characters and pairs of them where no space parts words', () => {
  expect(words('zh', '第3章 搜索')).toEqual(['第', '3', '章', '搜', '搜索', '索'])
  expect(words('ko', '한국어는 C언어')).toEqual([
    '한',
    '한국',
    '국',
    '국어',
    '어',
    '어는',
    '는',
    'c',
    '언',
    '언어',
    '어',
  ])
  // marks go with their character
  expect(words('th', 'ภูมิ')).toEqual(['ภู', 'ภูมิ', 'มิ'])
  expect(words('ja', 'バッグ')).toEqual(words('ja', 'ﾊﾞｯｸﾞ'))
})

it('reads compatible forms alike, and what is not seen parts no word', () => {
  expect(words('any', 'ＡＢＣ ﬁle Windows™ soft\u00adware')).toEqual(['abc', 'file', 'windows', 'software'])
  expect(words('si', 'ශ්\u200dරී')).toEqual(['ශ්රී'])
  expect(words('fa', 'می\u200cخواهم')).toEqual(['میخواهم'])
  expect(words('el', 'ΟΔΟΣ')).toEqual(words('el', 'οδος'))
  expect([words('tr', 'ISPARTA İzmir'), words('any', 'İzmir')]).toEqual([['ısparta', 'izmir'], ['izmir']])
})

it('stems the languages it knows', () => {
  expect(stems('fr', 'les vêtements du vêtement')).toEqual(['le', 'vêt', 'du', 'vêt'])
  expect(stems('de', 'Häuser Hauses')).toEqual(['haus', 'haus'])
  expect(stems('ru', 'книги книгами')).toEqual(['книг', 'книг'])
  expect(stems('hi', 'किताब किताबें')).toEqual(['किताब', 'किताब'])
  expect(stems('en', 'overflows')).toEqual([PORTER.stem('overflows')])
  expect(stems('any', 'overflows')).toEqual(['overflows'])
})

it.each(Object.keys(LANGUAGES))('%s: a stem does not depend on what was stemmed before', (name) => {
  const list = [
    'informations',
    'éléphants',
    'книгами',
    'Häuser',
    'κατάστημα',
    'تكنولوجيا',
    'evlerinizden',
    'விளையாட்டு',
  ]
  const fresh = () => analyzerOf({ name })
  const forth = list.map((word) => fresh().stem(word.toLowerCase()))
  const back = list.toReversed().map((word) => fresh().stem(word.toLowerCase()))
  expect(back.toReversed()).toEqual(forth)
})

it('leaves out stop words and reads synonyms as one word', () => {
  const spec: AnalyzerSpec = {
    name: 'en',
    stopWords: ['The', 'of'],
    synonyms: [
      ['TV', 'television'],
      ['js', 'JavaScript', 'node.js'],
    ],
  }
  const { words, stem } = analyzerOf(spec)
  expect(words('The edge of it')).toEqual(['edge', 'it'])
  expect(stem('televisions')).toBe(stem('tv'))
  expect(stem('node.js')).toBe(stem('javascript'))
  const bm25 = createBm25(['cheap televisions', 'cheap radios'], { analyzer: spec })
  expect(bm25.search('tv', 2).map(({ index }) => index)).toEqual([0])
  expect(() => analyzerOf({ name: 'en', synonyms: [['sofa', 'three seater']] })).toThrow(
    '"three seater" is 2 words; wanted one word',
  )
})

it('joins groups of synonyms that share a word', () => {
  const { stem } = analyzerOf({
    name: 'any',
    synonyms: [
      ['a', 'b'],
      ['c', 'd'],
      ['b', 'c'],
    ],
  })
  expect(new Set(['a', 'b', 'c', 'd'].map(stem)).size).toBe(1)
})

it('places each word where it stands, and finds the same words', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('any', 'en', 'tr', 'ko', 'el'),
      fc
        .array(
          fc.oneof(
            fc.constantFrom(
              'C++',
              'node.js',
              ' ',
              '-',
              '/',
              '.',
              '#',
              '12',
              'ﾊﾞｽ',
              '한국',
              'ประเทศ',
              'İ',
              'Σ',
              '™',
              '\u200d',
              '\u0301',
            ),
            fc.string({ unit: 'grapheme', maxLength: 6 }),
          ),
          { maxLength: 8 },
        )
        .map((parts) => parts.join('')),
      (name, text) => {
        const { words, places } = analyzerOf({ name })
        const folded = places!.fold(text)
        const found: string[] = []
        places!.find(folded, (word, start, end) => {
          found.push(word)
          expect(end > start ? folded.slice(start, end) : word).toBe(word)
        })
        expect(found).toEqual(words(text))
      },
    ),
    { seed: 1, numRuns: 500 },
  )
})

it('is as fast as a text is long, whatever it is made of', () => {
  // each would take minutes if a piece were looked at once for each other piece
  for (const piece of ['a', 'a.', '1-', '.', 'a+', '#', '한', 'ก', '\u0301', 'a\u200d', ' .a'])
    expect(words('en', piece.repeat(200_000)).length).toBeLessThanOrEqual(600_000)
})

it('refuses names and lists that it does not know', async () => {
  expect(() => analyzerOf({ name: 'klingon' })).toThrow(
    /analyzer\.name is "klingon".*Wanted: porter, any, ar/,
  )
  await expect(loadAnalyzer({ name: 'constructor' })).rejects.toThrow(RangeError)
  expect(() => analyzerOf({ name: 'en', stopWords: 'the' as never })).toThrow('stopWords is no list')
  expect(() => analyzerOf({ name: 'en', synonyms: ['tv'] as never })).toThrow('synonyms is no list')
  expect(() => analyzerOf({ name: 'porter', stopWords: ['the'] })).toThrow('Use "en"')
  expect(analyzerOf(undefined)).toBe(PORTER)
  expect(analyzerOf({ name: 'porter' })).toBe(PORTER)
})
