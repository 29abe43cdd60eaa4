import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyzerOf } from '@disranker/lexical'
import { describe, expect, it } from 'vitest'
import recipe from '../../recipes/pairs.ts'
import { home, lines, run, useShop, write } from '../../testing/shop.ts'
import { readPairs } from '../records/read-pairs.ts'
import { detectLanguage } from './detect-language.ts'

useShop()

const TEXTS = {
  fr: 'Les chaussures de course sont légères et conviennent aux routes pavées de la ville ancienne.',
  de: 'Die Laufschuhe sind leicht und eignen sich gut für die gepflasterten Straßen der alten Stadt.',
  th: 'รองเท้าวิ่งมีน้ำหนักเบาและเหมาะสำหรับถนนที่ปูด้วยหินของเมืองเก่า',
  ja: 'ランニングシューズは軽く、古い町の石畳の道に向いています。',
  ko: '러닝화는 가볍고 오래된 도시의 돌길에 잘 어울립니다.',
  zh: '跑鞋很轻，适合老城的石板路。',
  ru: 'Беговые кроссовки лёгкие и подходят для мощёных улиц старого города.',
  en: 'The running shoes are light and suit the paved roads of the old town.',
}
const corpus = (...texts: readonly string[]) => {
  const documents = Array.from({ length: 60 }, (_, i) => ({ title: '', summary: texts[i % texts.length]! }))
  return { length: documents.length, at: (i: number) => documents[i]! }
}

it.each(Object.entries(TEXTS))('detects %s', (code, text) => {
  expect(detectLanguage(corpus(text))).toMatchObject({ code, shares: [[code, 1]] })
})

it('names no language where none has most of the documents', () => {
  const { code, shares } = detectLanguage(corpus(TEXTS.fr.repeat(3), TEXTS.de.repeat(3)))
  expect(code).toBeUndefined()
  expect(Object.fromEntries(shares)).toEqual({ fr: 0.5, de: 0.5 })
  expect(detectLanguage(corpus(''))).toEqual({ code: undefined, shares: [], pieces: 0 })
})

const THINGS = ['chaussure', 'manteau', 'bouteille', 'tapis', 'lampe', 'fenêtre']
const french = () => {
  write(
    'documents.jsonl',
    lines(
      THINGS.map((thing, i) => ({
        id: `d${i}`,
        title: `La ${thing} ancienne`,
        summary: `${TEXTS.fr} C'est une ${thing} que nous vendons depuis longtemps dans notre magasin.`,
      })),
    ),
  )
  write(
    'queries.jsonl',
    lines(
      THINGS.map((thing, i) => ({
        id: `q${i}`,
        text: `${thing}s`,
        split: ['train', 'validation', 'test'][i % 3],
      })),
    ),
  )
  write('qrels.txt', THINGS.map((_, i) => `q${i} 0 d${i} 1\n`).join(''))
}

describe('the pairs stage', () => {
  it('finds stems of the language of the documents, says so, and leaves it to later stages', async () => {
    french()
    const { metrics } = await run()
    expect(metrics.analyzer).toBe('fr')
    expect(metrics.notices).toContainEqual(
      expect.stringMatching(/analyzer "fr" \(French 100 % of \d+ samples of the documents\)/),
    )
    const pairs = readPairs(join(home, 'out'))
    expect(pairs.analyzer).toMatchObject({ name: 'fr', stopWords: expect.arrayContaining(['dans', 'les']) })
    expect(pairs.firstStage('test').get('q2')![0]).toMatchObject({ document: 'd2' })
    pairs.close()
  })

  it('reads stop words and synonyms that lie next to the log', async () => {
    french()
    write('stopwords.txt', '# articles\nla\nles # both\n')
    write('synonyms.txt', 'manteau, pardessus\n')
    const { metrics } = await run({ words: { analyzer: 'fr' } })
    expect(metrics.notices).toContainEqual(
      expect.stringContaining('"fr" (as the recipe says), with 2 stop words, with 1 groups of synonyms'),
    )
    const spec = JSON.parse(readFileSync(join(home, 'out', 'words.json'), 'utf8'))
    expect(spec).toEqual({ name: 'fr', stopWords: ['la', 'les'], synonyms: [['manteau', 'pardessus']] })
    expect(analyzerOf(spec).stem('pardessus')).toBe(analyzerOf(spec).stem('manteaux'))
  })

  it('leaves no word out where the list is empty', async () => {
    french()
    write('stopwords.txt', '# none\n')
    await run()
    const spec = JSON.parse(readFileSync(join(home, 'out', 'words.json'), 'utf8'))
    expect(spec).toEqual({ name: 'fr', stopWords: [] })
  })

  it.each<[what: string, name: string, content: string | Uint8Array, message: RegExp]>([
    [
      'an arrow',
      'synonyms.txt',
      'tv => television\n',
      /synonyms\.txt: rule 1 is "tv => television"\. Wanted: words that mean/,
    ],
    ['a word alone', 'synonyms.txt', 'a, b\nsofa\n', /rule 2 is "sofa"/],
    ['two words', 'synonyms.txt', 'sofa, three seater\n', /"three seater" is 2 words; wanted one word/],
    ['other letters', 'stopwords.txt', Buffer.from('caf\xe9\n', 'latin1'), /stopwords\.txt is not UTF-8/],
    ['too much', 'stopwords.txt', 'x\n'.repeat(600_000), /has 1200000 bytes\. Wanted: at most 1000000/],
  ])('refuses %s', async (_, name, content, message) => {
    french()
    write(name, content)
    await expect(run()).rejects.toThrow(message)
  })

  it('of words as before says nothing of them to models', async () => {
    french()
    await run({ words: { analyzer: 'porter' } })
    const pairs = readPairs(join(home, 'out'))
    expect('analyzer' in pairs).toBe(false)
    pairs.close()
  })
})

it('keeps the recipe of everybody on detection', () => expect(recipe.words.analyzer).toBe('auto'))
