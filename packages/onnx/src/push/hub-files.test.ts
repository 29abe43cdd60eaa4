// What is pushed is whole, loads in onnxruntime as one file, and arrives as it was sent.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hubSettings, pushModel } from '@disranker/checkpoint'
import { startReceivingHub } from '@disranker/checkpoint/testing/receiving-hub'
import { writeQrels, writeRun } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { readManifest, runStage, sha256 } from '@disranker/stage'
import { loadTokenizer } from '@disranker/tokenizer'
import { writeModelFolder } from '@disranker/transformer'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DOCUMENTS, tinyStudent } from '../../testing/tiny-student.ts'
import { buildBundle, writeBundle } from '../bundle.ts'
import { convert } from '../convert.ts'
import { createCheckpoint } from '../graph/checkpoint.ts'
import { floatGraph } from '../graph/float-graph.ts'
import { studentFiles, teacherFiles } from './hub-files.ts'
import { nativeScores } from './native-scores.ts'

const home = mkdtempSync(join(tmpdir(), 'hub-files-'))
const at = (name: string) => join(home, name)
const folders = { student: at('distil'), converted: at('convert'), quantized: at('quantize') }
afterAll(() => rmSync(home, { recursive: true, force: true }))

const textOf = (part: Uint8Array | Blob) => new Blob([part as Blob]).text()

const saving =
  (student: ReturnType<typeof tinyStudent>) =>
  async ({ folder }: { folder: string }) => {
    writeModelFolder(folder, student)
    return {}
  }

beforeAll(async () => {
  await openBackend('cpu')
  const student = tinyStudent()
  const bare = { inputs: {}, recipe: { seed: 1 } }
  const distil = { name: 'distil', out: folders.student, ...bare }
  await runStage({ ...distil, run: saving(student) })
  await convert({ student: folders.student, out: folders.converted })
  await runStage({
    name: 'quantize',
    out: folders.quantized,
    inputs: { student: folders.student },
    recipe: {},
    async run({ folder }) {
      mkdirSync(join(folder, 'bundle'))
      writeBundle(join(folder, 'bundle'), buildBundle({ ...student, precision: 'fp32' }))
      return { validation_ndcg10_int8: 0.4, validation_ndcg10_fp32: 0.41 }
    },
  })
  const row = {
    'mrr@10': { value: 0.5, low: 0.4, high: 0.6 },
    'ndcg@10': { value: 0.3, low: 0.2, high: 0.4 },
  }
  const better = { ...row, 'mrr@10': { value: 0.7, low: 0.6, high: 0.8 } }
  const info = [
    { name: 'teacher_sft', what: 'decoder: continued pre-training, then ranking' },
    { name: 'teacher', what: 'sum of 2 teachers, standardised' },
    { name: 'student', what: 'the distilled student' },
  ]
  const rows = { student: row, teacher_sft: row, teacher: better }
  writeFileSync(at('report.json'), JSON.stringify({ test: { queries: 7, info, rows } }))
})

it('has the files that other programs look for, and a card with figures, recipe and hashes', async () => {
  const files = await studentFiles({
    ...folders,
    report: at('report.json'),
    licence: 'apache-2.0',
    languages: ['en'],
  })
  expect([...files.keys()]).toEqual([
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
    'onnx/model.onnx',
    'onnx/model_quantized.onnx',
    'bundle/README.md',
    'bundle/config.json',
    'bundle/manifest.json',
    'bundle/model.onnx',
    'bundle/model.onnx.data',
    'bundle/tokenizer.json',
    'README.md',
  ])
  const card = await textOf(files.get('README.md')!)
  expect(card).toContain('license: apache-2.0')
  expect(card).toContain('| student | 0.500 [0.400, 0.600] | 0.300 [0.200, 0.400] | 7 |')
  expect(card).toContain('"seed": 1')
  expect(card).toMatch(/\| model\.safetensors \| \d+ \| [0-9a-f]{64} \|/)
  expect(card).toContain('exact-match token types')
  expect(card).toMatch(
    /^---\nlicense: apache-2.0\nlanguage:\n- en\ntags:\n- reranker\n[^#]*pipeline_tag: text-ranking\n---\n/,
  )
  expect(card).toContain('npx @disranker/onnx import owner/name --out bundle')
  // nothing sends a loader that knows no exact-match token types to it
  expect(card).toContain('library_name: disranker')
  expect(card).not.toMatch(/sentence-transformers\n|CrossEncoder\(/)
  const session = await ort.InferenceSession.create(files.get('onnx/model.onnx') as Uint8Array)
  expect(session.inputNames).toEqual(['input_ids', 'attention_mask', 'token_type_ids'])
  await session.release()
})

it('says what a program without exact-match token types gets of it, next to the figures of the served student', async () => {
  const documents = DOCUMENTS.map(({ title = '', summary = '' }, index) => ({
    id: `d${index}`,
    title,
    summary,
  }))
  const texts = ['a buffer is written past its end', 'two threads', 'a weak lock']
  await runStage({
    ...{ name: 'pairs', out: at('pairs'), inputs: {}, recipe: {} },
    async run({ folder }) {
      const lines = (name: string, rows: readonly unknown[]) =>
        writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      lines('documents.jsonl', documents)
      lines(
        'queries.jsonl',
        texts.map((text, index) => ({ id: `q${index}`, text, split: 'test' })),
      )
      lines('clicks.jsonl', [])
      const first = documents.map(({ id: document }, position) => ({ document, score: -position }))
      for (const split of ['train', 'validation', 'test', 'weak'] as const) {
        const own = split === 'test' ? texts.map((_, index) => `q${index}`) : []
        writeQrels(join(folder, `qrels.${split}.txt`), new Map(own.map((id) => [id, new Map([['d1', 3]])])))
        writeRun(join(folder, `candidates.${split}.run`), new Map(own.map((id) => [id, first])), 'bm25')
      }
      return {}
    },
  })
  const { config, tensors, tokenizer } = tinyStudent()
  const { encode, idOf } = loadTokenizer(tokenizer)
  const [cls, sep] = [idOf('[CLS]')!, idOf('[SEP]')!]
  const graph = floatGraph(createCheckpoint(config, tensors))
  const reciprocal: number[] = []
  for (const text of texts) {
    const rows = documents.map(({ title, summary }) => {
      const query = [cls, ...encode(text), sep]
      // of 44 tokens, the longer side gives
      const ids = [...query, ...encode(`${title} ${summary}`).slice(0, 43 - query.length), sep]
      return { ids, typeIds: ids.map((_, position) => Number(position >= query.length)) }
    })
    const scores = [...(await nativeScores(graph, rows, home))]
    const rank = scores.filter((score) => score > scores[1]!).length + 1
    reciprocal.push(1 / rank)
  }
  const mean = reciprocal.reduce((sum, value) => sum + value, 0) / reciprocal.length
  const push = () => studentFiles({ ...folders, report: at('report.json'), pairs: at('pairs') })
  await expect(push()).rejects.toThrow(/was made of other data than .*pairs.*Run: npx turbo run train/)
  const manifest = join(folders.student, 'manifest.json')
  const made = { ...readManifest(folders.student), inputs: { pairs: readManifest(at('pairs')).content } }
  writeFileSync(manifest, JSON.stringify(made))
  const files = await push()
  const card = await textOf(files.get('README.md')!)
  expect(card).toMatch(/Served by @disranker\/reranker[^#]*\| student \| 0.500 \[/)
  expect(card).toMatch(/Loaded by transformers, sentence-transformers or transformers.js/)
  const [, found] = /\| network alone \| (0\.\d+) .* \| 3 \|/.exec(card)!
  expect(Number(found)).toBeCloseTo(mean, 2)
})

it('is pushed to a hub in one commit', async () => {
  const files = await studentFiles(folders)
  const hub = await startReceivingHub('hf_tests')
  try {
    const settings = hubSettings({ HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_tests' })
    await pushModel({ repository: 'owner/student', files, settings, title: 'a student' })
    const stored = hub.repositories.get('owner/student')!
    for (const [path, bytes] of files)
      expect(stored.get(path)!.equals(Buffer.from(await new Blob([bytes as Blob]).arrayBuffer())), path).toBe(
        true,
      )
  } finally {
    await hub.close()
  }
})

it('a teacher is pushed as the folder that other programs load, with a card', async () => {
  const teacher = at('sft')
  await runStage({ name: 'sft', out: teacher, inputs: {}, recipe: { seed: 9 }, run: saving(tinyStudent()) })
  const hub = await startReceivingHub('hf_tests')
  try {
    const settings = hubSettings({ HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_tests' })
    const files = await teacherFiles({ teacher, licence: 'mit', report: at('report.json') })
    await pushModel({ repository: 'owner/teacher', files, settings, title: 'a teacher' })
    const stored = hub.repositories.get('owner/teacher')!
    const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']
    expect([...stored.keys()].sort()).toEqual(['README.md', ...names])
    for (const name of names) expect(stored.get(name)).toEqual(readFileSync(join(teacher, name)))
    const card = stored.get('README.md')!.toString()
    const { sha256: hash, bytes } = {
      sha256: sha256(stored.get(names[1]!)!),
      bytes: stored.get(names[1]!)!.length,
    }
    expect(card).toContain(`| model.safetensors | ${bytes} | ${hash} |`)
    expect(card).toContain('license: mit')
    expect(card).toContain('"seed": 9')
    // its own figures, not those of the sum that it is a part of
    expect(card).toContain('| teacher_sft | 0.500 [0.400, 0.600] |')
    expect(card).not.toContain('| teacher |')
  } finally {
    await hub.close()
  }
  await expect(teacherFiles({ teacher: at('nothing') })).rejects.toThrow(/Run: npx turbo run sft/)
  const without = { name: 'sft', out: at('left-out'), inputs: {}, recipe: {} }
  await runStage({ ...without, run: async () => ({ leftOut: 'vLLM serves the teacher' }) })
  await expect(teacherFiles({ teacher: at('left-out') })).rejects.toThrow(
    /no decoder to push: sft was left out, vLLM serves the teacher\. Wanted/,
  )
})

it('is refused when a stage is not complete, or int8 is of another student', async () => {
  await expect(studentFiles({ ...folders, student: at('nothing') })).rejects.toThrow(
    /not complete. Run: npx turbo run distil/,
  )
  const other = { name: 'distil', out: at('other'), inputs: {}, recipe: { seed: 2 } }
  await runStage({
    ...other,
    run: saving(tinyStudent({ tall: 5 })),
  })
  await expect(studentFiles({ ...folders, student: at('other') })).rejects.toThrow(/made of another student/)
})
