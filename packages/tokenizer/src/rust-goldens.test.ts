// Ids of 2,000 difficult texts against those of the Rust library, for WordPiece, byte pairs, and Unigram with a character map
// of SentencePiece. testing/rust-goldens.json.br (Brotli) says under "how" how they were made.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { nastyTexts } from '../testing/nasty-texts.ts'
import { loadTokenizer } from './tokenizer.ts'

interface Golden {
  readonly name: string
  readonly tokenizer: object
  /** of 100 texts each */
  readonly blocks: readonly string[]
  readonly sample: readonly (readonly number[])[]
}

const unpacked = (name: string) =>
  brotliDecompressSync(readFileSync(new URL(`../testing/${name}.br`, import.meta.url)))
const { cases } = JSON.parse(unpacked('rust-goldens.json').toString()) as { cases: readonly Golden[] }
const map = unpacked('nmt-nfkc.charsmap').toString('base64')
const texts = nastyTexts(2000)

it.each(cases)(
  '$name: 2,000 nasty texts have the ids of the Rust library',
  ({ tokenizer, blocks, sample }) => {
    const { encode } = loadTokenizer(JSON.stringify(tokenizer).replace('"nmt-nfkc"', JSON.stringify(map)))
    const ids = texts.map((text) => encode(text))
    for (const [block, wanted] of sample.entries())
      expect([texts[100 * block], ids[100 * block]]).toEqual([texts[100 * block], wanted])
    const hashes = blocks.map((_, block) =>
      createHash('sha256')
        .update(JSON.stringify(ids.slice(100 * block, 100 * block + 100)))
        .digest('hex')
        .slice(0, 16),
    )
    expect(hashes).toEqual(blocks)
  },
)

it('says that a character map is cut', () => {
  const cut = {
    model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0]] },
    normalizer: { type: 'Precompiled', precompiled_charsmap: map.slice(0, 1000) },
    added_tokens: [],
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
  }
  expect(() => loadTokenizer(JSON.stringify(cut))).toThrow(/precompiled_charsmap of tokenizer.json is cut/)
})
