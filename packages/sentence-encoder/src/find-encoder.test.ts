import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { findEncoder, languageOf } from './find-encoder.ts'

const english =
  'What similarity laws must be obeyed when constructing models of a heated aircraft in the flow?'
const others = {
  french:
    "Le chiffre d'affaires de la société est en hausse, et les ventes à l'étranger ont doublé en un an.",
  german: 'Die Leistung der Anlage ist in diesem Jahr um ein Drittel gestiegen, an der Spitze war sie höher.',
  dutch:
    'De prestaties van de installatie zijn in dit jaar met een derde gestegen, aan de top was het hoger.',
  thai: 'ฉันชอบเสื้อกันฝนสีแดงตัวนี้มาก เพราะมันเบาและอุ่น',
  codes: 'SKU-1234 XL red 40x60 cm cotton, SKU-991 M blue 30x40 cm linen',
}
const documents = (summary: string) => [{ id: 'd', title: '', summary }]
afterEach(() => vi.unstubAllEnvs())

it('tells English from other languages, and from texts without sentences', () => {
  expect(languageOf(documents(english))).toBe('english')
  for (const [name, text] of Object.entries(others))
    expect(languageOf(documents(text)), name).toBe('multilingual')
  expect(languageOf([])).toBe('multilingual')
})

it('says in words what cannot be had and why it was looked for', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'no-encoder-'))
  vi.stubEnv('HF_HUB_OFFLINE', '1')
  vi.stubEnv('HF_HUB_CACHE', cache)
  vi.stubEnv('DISRANKER_MODELS', '')
  const found = await findEncoder({ from: 'auto' }, documents(others.french))
  rmSync(cache, { recursive: true })
  expect(found).toEqual({
    missing: expect.stringMatching(
      /^intfloat\/multilingual-e5-small, because the documents are in other languages than English, is not available: .*HF_HUB_OFFLINE.* Everything is trained from scratch/,
    ),
  })
})

it('takes the one that a recipe names whatever the language, and none where it names none', async () => {
  await expect(findEncoder({ from: '/nowhere/bert' }, documents(english))).rejects.toThrow(/nowhere/)
  expect(await findEncoder({ from: false }, documents(english))).toEqual({
    missing: expect.stringContaining('names no encoder'),
  })
})
