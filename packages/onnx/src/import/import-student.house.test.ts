// A student of ours, pushed and imported again: whole, or refused in words.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fetchModel, hubSettings } from '@disranker/checkpoint'
import { startHub } from '@disranker/checkpoint/testing/hub-server'
import { openBackend } from '@disranker/engine'
import { kendall } from '@disranker/ranking'
import { loadReranker } from '@disranker/reranker'
import { runStage } from '@disranker/stage'
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { writeModelFolder, writeStaticBiEncoder } from '@disranker/transformer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DOCUMENTS, QUERY, tinyStatic, tinyStudent } from '../../testing/tiny-student.ts'
import { buildBundle, readBundle, writeBundle } from '../bundle.ts'
import { convert } from '../convert.ts'
import { createCheckpoint } from '../graph/checkpoint.ts'
import { calibrate } from '../int8/calibrate.ts'
import { studentFiles } from '../push/hub-files.ts'
import { importModel } from './import-model.ts'

const home = mkdtempSync(join(tmpdir(), 'import-student-'))
const at = (name: string) => join(home, name)
const folders = { student: at('distil'), converted: at('convert'), quantized: at('quantize') }
afterAll(() => rmSync(home, { recursive: true, force: true }))
const pushed = new Map<string, Uint8Array>()

beforeAll(async () => {
  await openBackend('cpu')
  const student = tinyStudent()
  const whole = { ...student, ...tinyStatic(student) }
  await runStage({
    ...{ name: 'distil', out: folders.student, inputs: {}, recipe: {} },
    async run({ folder }) {
      writeModelFolder(folder, whole)
      writeStaticBiEncoder(folder, whole.staticBiEncoder)
      return {}
    },
  })
  await convert({ student: folders.student, out: folders.converted })
  await runStage({
    ...{ name: 'quantize', out: folders.quantized, inputs: { student: folders.student }, recipe: {} },
    async run({ folder }) {
      const { encoding } = whole.config.disranker as { encoding: Encoding }
      const encoder = createPairEncoder(loadTokenizer(whole.tokenizer), encoding)
      const texts = DOCUMENTS.map((document) => encoder.encode(QUERY, document))
      const checkpoint = createCheckpoint(whole.config, whole.tensors)
      const activationScales = await calibrate(checkpoint, texts, folder)
      writeBundle(join(folder, 'bundle'), buildBundle({ ...whole, precision: 'int8', activationScales }))
      return {}
    },
  })
  for (const [path, part] of await studentFiles(folders))
    pushed.set(path, new Uint8Array(await new Blob([part as Blob]).arrayBuffer()))
})

/** What was pushed, as a folder, less some of it. */
function folderWithout(name: string, left: RegExp): string {
  for (const [path, bytes] of pushed) {
    if (left.test(path)) continue
    mkdirSync(dirname(join(home, name, path)), { recursive: true })
    writeFileSync(join(home, name, path), bytes)
  }
  return at(name)
}

async function scoresOf(bundle: Record<string, Uint8Array>): Promise<number[]> {
  const reranker = await loadReranker(bundle)
  const queries = DOCUMENTS.flatMap(({ title }) => (title === undefined ? [] : [title]))
  const scores: number[] = []
  for (const query of [QUERY, ...queries]) scores.push(...(await reranker.score(query, DOCUMENTS)))
  await reranker.dispose()
  return scores
}

it('comes back from a hub as the bundle that was pushed, byte for byte', async () => {
  const commit = 'c0ffee'.padEnd(40, '0')
  const hub = await startHub([{ name: 'owner/student', commit, files: Object.fromEntries(pushed) }])
  try {
    const settings = hubSettings({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: at('cache') })
    const { folder } = await fetchModel('owner/student', { settings })
    await importModel({ folder, name: 'owner/student', out: at('back') })
  } finally {
    await hub.close()
  }
  expect(readBundle(at('back'))).toEqual(readBundle(join(folders.quantized, 'bundle')))
  // into a folder where an older bundle lies, too
  await importModel({ folder: folderWithout('again', /^README/), out: at('back') })
  expect(readBundle(at('back'))).toEqual(readBundle(join(folders.quantized, 'bundle')))
  expect(existsSync(`${at('back')}.old`)).toBe(false)
})

it('without its bundle keeps its exact-match token types, static bi-encoder and lexical weight', async () => {
  const folder = folderWithout('bare', /^bundle\//)
  await importModel({ folder, out: at('made'), minAgreement: 0.9 })
  const made = readBundle(at('made'))
  const student = tinyStudent()
  const float = buildBundle({ ...student, ...tinyStatic(student), precision: 'fp32' })
  expect(kendall(await scoresOf(made), await scoresOf(float))).toBeGreaterThan(0.97)
  const config = JSON.parse(readFileSync(join(at('made'), 'config.json'), 'utf8'))
  expect(config.disranker).toMatchObject(tinyStatic(student).config.disranker as object)
})

it('is refused where a part is missing, unknown or of another student, and is not cut', async () => {
  const refused = (folder: string, more: object = {}) => {
    const work = importModel({ folder, out: at('refused'), ...more })
    return expect(work.finally(() => expect(existsSync(at('refused'))).toBe(false)))
  }
  await refused(folderWithout('narrow', /^(bundle|wide)/)).rejects.toThrow(
    /has no wide.safetensors, which its config.json asks for/,
  )
  const whole = folderWithout('whole', /^onnx/)
  await refused(whole, { layers: '1' }).rejects.toThrow(/imported as it was trained: --layers would change/)
  const changed = (name: string, from: string, change: (disranker: Record<string, unknown>) => void) => {
    cpSync(from, at(name), { recursive: true })
    const config = JSON.parse(readFileSync(join(at(name), 'config.json'), 'utf8'))
    change(config.disranker)
    writeFileSync(join(at(name), 'config.json'), JSON.stringify(config))
    return at(name)
  }
  const newer = changed('newer', at('bare'), (disranker) => {
    disranker.vectors = { features: 4 }
  })
  await refused(newer).rejects.toThrow(/has disranker.vectors, which this version does not know/)
  const other = changed('other', whole, (disranker) => {
    ;(disranker.encoding as Record<string, unknown>).maxSummary = 20
  })
  await refused(other).rejects.toThrow(/is the bundle of another student/)
  const without = changed('without', at('bare'), (disranker) => {
    delete disranker.encoding
  })
  await refused(without).rejects.toThrow(/"disranker" without an encoding/)
  writeFileSync(join(whole, 'bundle', 'model.onnx.data'), 'cut')
  await refused(whole).rejects.toThrow(/model.onnx.data of the bundle has 3 bytes/)
})
