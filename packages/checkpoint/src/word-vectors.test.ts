import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bertSpecialTokens, loadTokenizer, trainWordPiece } from '@disranker/tokenizer'
import { writeSafetensors } from '@disranker/transformer'
import { afterAll, expect, it } from 'vitest'
import { readWordVectors } from './word-vectors.ts'

const home = mkdtempSync(join(tmpdir(), 'vectors-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const at = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(home, name), content)
  return join(home, name)
}
const words = new Set(['red', 'lamp', 'new york', 'never'])
const plain = async (path: string) =>
  Object.fromEntries([...(await readWordVectors(path, words))].map(([word, vector]) => [word, [...vector]]))

it('reads text with a line of counts and without', async () => {
  const rows = 'red 1 2.5\nother 9 9\nnew york 0.5 -1\n'
  const wanted = { red: [1, 2.5], 'new york': [0.5, -1] }
  expect(await plain(at('glove.txt', rows))).toEqual(wanted)
  expect(await plain(at('fast.vec', `3 2\n${rows}`))).toEqual(wanted)
  await expect(plain(at('bad.txt', 'red 1 2\nlamp 1 x\n'))).rejects.toThrow(
    /bad.txt:2 is not a word with 2 numbers/,
  )
  await expect(plain(at('none.txt', 'rot 1 2\n'))).rejects.toThrow(/a vector for none of the 4 words/)
  await expect(plain(join(home, 'gone'))).rejects.toThrow(/There are no word vectors/)
})

/** As numpy.save writes it, version 1.0. */
function matrix(type: string, shape: string, values: ArrayBufferView, order = 'False'): Uint8Array {
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }`
  const header = `${text.padEnd(117)}\n`
  const start = Buffer.from(`\u0093NUMPY\u0001\u0000`, 'latin1')
  const length = Buffer.alloc(2)
  length.writeUInt16LE(header.length)
  return Buffer.concat([start, length, Buffer.from(header), Buffer.from(values.buffer as ArrayBuffer)])
}

it('reads a NumPy matrix with its words next to it', async () => {
  at('m.txt', 'lamp\nred\n')
  const wanted = { lamp: [1, 2], red: [3, 0.5] }
  expect(await plain(at('m.npy', matrix('<f4', '(2, 2)', Float32Array.of(1, 2, 3, 0.5))))).toEqual(wanted)
  expect(await plain(at('m.npy', matrix('<f8', '(2, 2)', Float64Array.of(1, 2, 3, 0.5))))).toEqual(wanted)
  const half = Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x3800)
  expect(await plain(at('m.npy', matrix('<f2', '(2, 2)', half)))).toEqual(wanted)
  const fails = (bytes: Uint8Array, message: RegExp) =>
    expect(plain(at('m.npy', bytes))).rejects.toThrow(message)
  await fails(matrix('<i4', '(2, 2)', new Int32Array(4)), /no matrix of float32/)
  await fails(matrix('<f4', '(2, 2)', new Float32Array(4), 'True'), /no matrix of float32/)
  await fails(matrix('<f4', '(3, 2)', new Float32Array(6)), /has 2 words/)
  await fails(matrix('<f4', '(2, 2)', new Float32Array(3)), /has 3 numbers/)
  await fails(Buffer.from('?'), /no matrix of float32/)
  rmSync(join(home, 'm.txt'))
  await fails(matrix('<f4', '(2, 2)', new Float32Array(4)), /lacks .*m.txt/)
})

it("takes a model's table, a word of several tokens by their mean", async () => {
  const texts = ['red red red', 'lamp post post']
  const json = JSON.stringify(
    trainWordPiece(texts, { vocabSize: 60, minFrequency: 1, specialTokens: bertSpecialTokens() }),
  )
  const tokenizer = loadTokenizer(json)
  at('tokenizer.json', json)
  const data = Float32Array.from({ length: tokenizer.vocabSize * 3 }, (_, i) => i)
  const table = { shape: [tokenizer.vocabSize, 3], data }
  at('model.safetensors', writeSafetensors(new Map([['embeddings', table]])))
  const found = await readWordVectors(home, new Set(['red', 'red post', 'ß']))
  const id = tokenizer.idOf('red')!
  expect([...found.get('red')!]).toEqual([3 * id, 3 * id + 1, 3 * id + 2])
  const ids = tokenizer.encode('red post')
  expect(ids.length).toBeGreaterThan(1)
  const mean = [...ids].reduce((sum, one) => sum + 3 * one, 0) / ids.length
  expect(found.get('red post')![0]).toBeCloseTo(mean, 4)
  expect(found.has('ß')).toBe(false)
})
