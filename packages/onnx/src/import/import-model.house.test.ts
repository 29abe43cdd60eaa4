// Every encoder on the way to the edge: tiny checkpoints of random weights, as folders of Hugging Face's form.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadReranker } from '@disranker/reranker'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { writeModelFolder } from '@disranker/transformer'
import { type GoldenEncoder, goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import { afterAll, describe, expect, it } from 'vitest'
import { readBundle } from '../bundle.ts'
import { createCheckpoint } from '../graph/checkpoint.ts'
import { floatGraph } from '../graph/float-graph.ts'
import { inlineWeights } from '../push/inline-weights.ts'
import { nativeScores } from '../push/native-scores.ts'
import { importModel } from './import-model.ts'
import { readSource } from './read-source.ts'

const home = mkdtempSync(join(tmpdir(), 'import-test-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const goldens = new Map(goldenEncoders().map((golden) => [golden.name, golden]))

/** The golden's checkpoint as a folder; calmer weights than its own make int8 as good as it is on trained ones. */
function folderOf(golden: GoldenEncoder, card = '---\nlicense: apache-2.0\n---\n# A model\n'): string {
  const folder = join(home, golden.name)
  mkdirSync(folder, { recursive: true })
  const calmer = new Map(
    [...golden.tensors].map(([name, { shape, data }]) => {
      const table = /embeddings/.test(name)
      return [name, { shape, data: shape.length > 1 && !table ? data.map((x) => 0.5 * x) : data }]
    }),
  )
  writeModelFolder(folder, { config: golden.config, tensors: calmer, tokenizer: golden.tokenizer })
  writeFileSync(join(folder, 'README.md'), card)
  return folder
}

/** 120 pairs of words that the tiny vocabularies were learned from */
function pairFile(): string {
  const path = join(home, 'pairs.jsonl')
  const texts = [...goldens.values()][0]!.pairs.map(([, text]) => text)
  const words = texts.join(' ').split(' ')
  const rows = Array.from({ length: 120 }, (_, at) => ({
    query: words.slice(at % 50, (at % 50) + 3).join(' '),
    document: words.slice((at * 7) % 55, ((at * 7) % 55) + 4 + (at % 9)).join(' '),
  }))
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

const KINDS = [
  'bert',
  'bert-two-labels',
  'bert-relu',
  'roberta',
  'xlm-roberta',
  'distilbert',
  'electra',
  'modernbert',
]

describe.each(KINDS)('%s', (name) => {
  const golden = goldens.get(name)!

  it('reads pairs as the reference does', () => {
    const { template } = readSource(folderOf(golden))
    const lengths = { maxLength: 90, maxQuery: 50, maxTitle: 8, maxSummary: 80 }
    const encoder = createPairEncoder(loadTokenizer(golden.tokenizer), { form: 'pair', template, ...lengths })
    for (const [at, [query, summary]] of golden.pairs.entries()) {
      const { ids, typeIds } = encoder.encode(query, { summary })
      expect([...ids]).toEqual([...golden.rows[at]!.ids])
      expect([...typeIds].slice(1)).toEqual([...golden.rows[at]!.typeIds].slice(1))
    }
  })

  it('becomes a bundle that ranks as its own float32', async () => {
    const out = join(home, `${name}-bundle`)
    const lines: string[] = []
    // one of them as if its card named a template, with an instruction that every query gets
    const instruction =
      name === 'bert-relu' ? { template: '{instruction} {query}', default: 'the memory' } : undefined
    const imported = await importModel({
      folder: folderOf(golden),
      instruction,
      out,
      pairs: pairFile(),
      say: (line) => lines.push(line),
    })
    expect(imported.agreement).toBeGreaterThan(0.97)
    expect(imported.original).toBeGreaterThan(0.97)
    expect(lines.join('\n')).toMatch(/agrees with the original by .* \(its weights in float32/)
    expect(imported.fits).toBe(true)
    expect(lines.join('\n')).toMatch(/ms of CPU for 50 documents of 64 tokens.*\n.*fits an isolate/)
    const bundle = readBundle(out)
    const card = new TextDecoder().decode(bundle['README.md'])
    expect(card).toContain(`Source: ${name}, quantised by DisRanker`)
    expect(card).toContain('Licence of the source: apache-2.0.')
    const reranker = await loadReranker(bundle)
    const { known } = reranker.config.disranker
    expect(reranker.config.disranker.instruction).toEqual(instruction)
    expect((await reranker.score(known!.query, [known!.document]))[0]).toBe(known!.score)
    await reranker.dispose()
  })
})

it.each([
  ['mine', 'mine'],
  ['models--owner--a-ranker/snapshots/beef', 'owner/a-ranker'],
])('the folder %s is called %s, whatever it was fine-tuned from', (folder, name) => {
  const at = join(home, folder)
  cpSync(folderOf(goldens.get('bert')!), at, { recursive: true })
  const config = JSON.parse(readFileSync(join(at, 'config.json'), 'utf8'))
  writeFileSync(join(at, 'config.json'), JSON.stringify({ ...config, _name_or_path: 'somebody/base' }))
  expect(readSource(at).name).toBe(name)
})

it('ranks two labels by the one that is called relevant, wherever it stands', async () => {
  const golden = goldens.get('bert-two-labels')!
  const scoresOf = async (...names: string[]) => {
    const id2label = Object.fromEntries(names.map((name, at) => [at, name]))
    const config = { ...golden.config, id2label, label2id: undefined }
    const folder = join(home, names.join('-'))
    mkdirSync(folder, { recursive: true })
    writeModelFolder(folder, { config, tensors: golden.tensors, tokenizer: golden.tokenizer })
    const source = readSource(folder)
    return nativeScores(floatGraph(createCheckpoint(source.config, source.tensors)), golden.rows, home)
  }
  const usual = await scoresOf('irrelevant', 'relevant')
  for (const [row, [first, second]] of golden.outputs.entries())
    expect(usual[row]).toBeCloseTo(second! - first!, 4)
  const reversed = await scoresOf('relevant', 'irrelevant')
  for (const [row, score] of usual.entries()) expect(reversed[row]).toBeCloseTo(-score, 4)
  await expect(scoresOf('cats', 'dogs')).rejects.toThrow(/leaves open which one is relevant/)
})

it.each([
  ['bert', { tokenizer_class: 'PreTrainedTokenizerFast' }],
  ['electra', { tokenizer_class: 'ElectraTokenizer', model_input_names: ['input_ids', 'attention_mask'] }],
])('%s reads no token types where its tokenizer gives none: %j', (name, tokenizerConfig) => {
  const golden = goldens.get(name)!
  const folder = join(home, `${name}-without-types`)
  cpSync(folderOf(golden), folder, { recursive: true })
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig))
  const { template } = readSource(folder)
  const lengths = { maxLength: 90, maxQuery: 50, maxTitle: 8, maxSummary: 80 }
  const encoder = createPairEncoder(loadTokenizer(golden.tokenizer), { form: 'pair', template, ...lengths })
  const { ids, typeIds } = encoder.encode(golden.pairs[0]![0], { summary: golden.pairs[0]![1] })
  expect([...ids]).toEqual([...golden.rows[0]!.ids])
  expect(new Set(typeIds)).toEqual(new Set([0]))
})

it('is measured against the ONNX file of the original, whose pairs are cut where it ends', async () => {
  const golden = goldens.get('bert-two-labels')!
  const folder = join(home, 'with-onnx')
  cpSync(folderOf(golden), folder, { recursive: true })
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const id2label = { 0: 'relevant', 1: 'irrelevant' }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, id2label, label2id: undefined }))
  const source = readSource(folder)
  const made = floatGraph(createCheckpoint(source.config, source.tensors))
  mkdirSync(join(folder, 'onnx'))
  writeFileSync(join(folder, 'onnx', 'model.onnx'), inlineWeights(made.model, made.data))
  const lines: string[] = []
  const options = { out: join(home, 'with-onnx-bundle'), pairs: pairFile(), minAgreement: 0.9 }
  const { original } = await importModel({ folder, ...options, say: (line) => lines.push(line) })
  expect(original).toBeGreaterThan(0.95)
  expect(lines.join('\n')).toMatch(/agrees with the original by .* \(its own ONNX file/)
  // a short bundle of the same model agrees less with the original, though as much with itself
  const short = await importModel({ folder, ...options, maxLength: 16 })
  expect(short.agreement).toBeGreaterThan(0.9)
  expect(short.original).toBeLessThan(original!)
})

describe('what cannot rank or be read', () => {
  const bert = goldens.get('bert')!
  const run = (change: Partial<GoldenEncoder>, options = {}) => {
    const folder = folderOf({ ...bert, ...change, name: 'changed' })
    return importModel({ folder, out: join(home, 'refused'), pairs: pairFile(), ...options })
  }

  it('is refused in one sentence that says what to do', async () => {
    await expect(run(goldens.get('bert-embedding')!)).rejects.toThrow(
      /changed cannot rank: it is BertModel, its checkpoint has no classifier.weight .*needs a head first/,
    )
    const without = new Map([...bert.tensors].filter(([name]) => !name.includes('layer.1.output.dense')))
    await expect(run({ tensors: without })).rejects.toThrow(
      /no tensor bert.encoder.layer.1.output.dense.weight/,
    )
    const more = new Map(bert.tensors).set('bert.extra.weight', { shape: [1], data: new Float32Array(1) })
    await expect(run({ tensors: more })).rejects.toThrow(/tensor bert.extra.weight, which .* does not read/)
    await expect(run({ config: { ...bert.config, relative_bias: true } })).rejects.toThrow(/relative_bias/)
    await expect(run({ config: { ...bert.config, model_type: 'deberta-v2' } })).rejects.toThrow(
      /"deberta-v2"/,
    )
    const changed = (name: string, change: (values: Float32Array) => Float32Array, shape?: number[]) => {
      const old = bert.tensors.get(name)!
      return new Map(bert.tensors).set(name, {
        shape: shape ?? old.shape,
        data: change(Float32Array.from(old.data)),
      })
    }
    const broken = changed('bert.encoder.layer.0.output.dense.bias', (values) =>
      values.fill(Number.NaN, 3, 4),
    )
    await expect(run({ tensors: broken })).rejects.toThrow(
      /layer.0.output.dense.bias of .* has NaN at index 3: its weights are broken/,
    )
    const { vocab_size: rows, hidden_size: width } = bert.config as Record<string, unknown> as Record<
      string,
      number
    >
    const table = 'bert.embeddings.word_embeddings.weight'
    const short = changed(table, (values) => values.slice(0, (rows! - 2) * width!), [rows! - 2, width!])
    await expect(run({ tensors: short, config: { ...bert.config, vocab_size: rows! - 2 } })).rejects.toThrow(
      /has tokens beyond the \d+ rows of its embeddings \(vocab_size\)/,
    )
    const types = 'bert.embeddings.token_type_embeddings.weight'
    const single = changed(types, (values) => values.slice(0, width), [1, width!])
    await expect(run({ tensors: single, config: { ...bert.config, type_vocab_size: 1 } })).rejects.toThrow(
      /tells 1 token type apart \(type_vocab_size\), and its tokenizer gives a document the type 1/,
    )
    await expect(run({}, { maxLength: 65 })).rejects.toThrow(/--max-length is 65; .* reads 16 to 64/)
    await expect(run({}, { minAgreement: 1.01 })).rejects.toThrow(
      /int8 ranks otherwise than float32: .* wanted 1.01/,
    )
    expect(existsSync(join(home, 'refused'))).toBe(false)
    expect(existsSync(join(home, 'refused.tmp'))).toBe(false)
  })

  it('leaves a folder alone that is no bundle', async () => {
    const out = join(home, 'holiday-pictures')
    mkdirSync(out)
    await expect(run({}, { out })).rejects.toThrow(/holiday-pictures is there already and is no bundle/)
  })
})

describe('a smaller model', () => {
  it('has the layers that were asked for, and says what that costs', async () => {
    const lines: string[] = []
    const golden = goldens.get('modernbert')!
    const out = join(home, 'fewer-layers')
    const options = { folder: folderOf(golden), out, pairs: pairFile(), layers: '0,3', minAgreement: 0.8 }
    const { kept } = await importModel({ ...options, say: (line) => lines.push(line) })
    expect(lines.join('\n')).toMatch(/layers 0, 3 of 4: agrees with the whole model by/)
    expect(kept).toBeLessThan(1)
    const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))
    expect(config).toMatchObject({ num_hidden_layers: 2, layer_types: ['full_attention', 'full_attention'] })
  })

  it.each(['bert', 'roberta', 'xlm-roberta'])(
    '%s has the vocabulary of a corpus, and scores its texts as before',
    async (name) => {
      const golden = goldens.get(name)!
      const folder = folderOf(golden)
      const whole = readSource(folder)
      const corpus = join(home, 'corpus.txt')
      const [query, summary] = golden.pairs[1]!
      writeFileSync(corpus, `${query}\n${summary}\n`)
      const out = join(home, `${name}-pruned`)
      await importModel({ folder, out, pairs: pairFile(), vocabulary: corpus, minAgreement: 0.7 })
      const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))
      expect(config.vocab_size).toBeLessThan(whole.model.vocabulary)
      const bundle = readBundle(out)
      const pruned = loadTokenizer(new TextDecoder().decode(bundle['tokenizer.json']))
      expect(pruned.vocabSize).toBe(config.vocab_size)
      const spell = (tokenizer: ReturnType<typeof loadTokenizer>, text: string) =>
        tokenizer.encode(text).map((id) => tokenizer.tokenOf(id))
      for (const text of [query, summary])
        expect(spell(pruned, text)).toEqual(spell(loadTokenizer(whole.tokenizer), text))
    },
  )

  it('scores a text of the corpus by the very numbers of the whole one, in float32', async () => {
    const { pruneVocabulary } = await import('@disranker/checkpoint')
    const golden = goldens.get('xlm-roberta')!
    const whole = readSource(folderOf(golden))
    const pruned = pruneVocabulary(whole, golden.pairs[0]!)
    const scoreOf = async (source: typeof whole) => {
      const lengths = { maxLength: 60, maxQuery: 20, maxTitle: 8, maxSummary: 50 }
      const encoding = { form: 'pair', template: source.template, ...lengths } as const
      const row = createPairEncoder(loadTokenizer(source.tokenizer), encoding).encode(golden.pairs[0]![0], {
        summary: golden.pairs[0]![1],
      })
      return (
        await nativeScores(floatGraph(createCheckpoint(source.config, source.tensors)), [row], home)
      )[0]!
    }
    expect(await scoreOf(pruned)).toBeCloseTo(await scoreOf(whole), 6)
  })
})
