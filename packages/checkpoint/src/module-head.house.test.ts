// A head in modules is the head of a ModernBERT under other names: the golden's own, split up, scores as the reference did.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import {
  createEncoder,
  packBatch,
  type Tensors,
  writeModelFolder,
  writeSafetensors,
} from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { readEncoderCheckpoint } from './encoder-checkpoint.ts'

const golden = goldenEncoders().find(({ name }) => name === 'modernbert')!
const home = mkdtempSync(join(tmpdir(), 'module-head-'))
let folder: string
let number = 0
beforeAll(() => openBackend('cpu'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const types = {
  '': 'base.modules.transformer.Transformer',
  '1_Pooling': 'sentence_transformer.modules.pooling.Pooling',
  '2_Dense': 'base.modules.dense.Dense',
  '3_LayerNorm': 'sentence_transformer.modules.layer_norm.LayerNorm',
  '4_Dense': 'base.modules.dense.Dense',
}

function write(path: string, config: object, tensors?: Tensors) {
  mkdirSync(join(folder, path), { recursive: true })
  writeFileSync(join(folder, path, 'config.json'), JSON.stringify(config))
  if (tensors) writeFileSync(join(folder, path, 'model.safetensors'), writeSafetensors(tensors))
}
const list = (paths: readonly string[]) =>
  writeFileSync(
    join(folder, 'modules.json'),
    JSON.stringify(
      paths.map((path, idx) => {
        return {
          idx,
          name: `${idx}`,
          path,
          type: `sentence_transformers.${types[path as keyof typeof types]}`,
        }
      }),
    ),
  )

const D = golden.config.hidden_size as number
const pooling = (golden.config.classifier_pooling ?? 'cls') as string
/** biases that the golden's head has only in part */
const shift = Float32Array.from({ length: D }, (_, at) => 0.01 * at)

beforeEach(() => {
  folder = join(home, `${number++}`)
  mkdirSync(folder)
  const named = (name: string) => golden.tensors.get(name)!
  const bare = new Map(
    [...golden.tensors]
      .filter(([name]) => name.startsWith('model.'))
      .map(([name, tensor]) => [name.slice('model.'.length), tensor]),
  )
  writeModelFolder(folder, { config: golden.config, tensors: bare, tokenizer: golden.tokenizer })
  list(Object.keys(types))
  write('1_Pooling', { embedding_dimension: D, pooling_mode: pooling })
  const gelu = 'torch.nn.modules.activation.GELU'
  const denseBias = golden.tensors.get('head.dense.bias')
  write(
    '2_Dense',
    { in_features: D, out_features: D, bias: denseBias !== undefined, activation_function: gelu },
    new Map([
      ['linear.weight', named('head.dense.weight')],
      ...(denseBias ? [['linear.bias', denseBias] as const] : []),
    ]),
  )
  write(
    '3_LayerNorm',
    { dimension: D },
    new Map([
      ['norm.weight', named('head.norm.weight')],
      ['norm.bias', { shape: [D], data: shift }],
    ]),
  )
  // what the norm's bias adds is taken off here
  const { data: weight, shape } = named('classifier.weight')
  const added = weight.reduce((sum, w, at) => sum + w * shift[at]!, 0)
  write(
    '4_Dense',
    { in_features: D, out_features: 1, activation_function: 'torch.nn.modules.linear.Identity' },
    new Map([
      ['linear.weight', { data: weight, shape }],
      ['linear.bias', { shape: [1], data: Float32Array.of(named('classifier.bias').data[0]! - added) }],
    ]),
  )
})

it('scores as the reference', () => {
  const { config, tensors, missingHead } = readEncoderCheckpoint(folder)
  expect(missingHead).toEqual([])
  const encoder = createEncoder(config, { tensors })
  const rows = golden.rows.map(({ ids, typeIds }) => ({ ids, typeIds }))
  const scores = encoder.score(packBatch(rows)).dataSync()
  for (const [at, [wanted]] of golden.outputs.entries()) expect(scores[at]).toBeCloseTo(wanted!, 4)
  encoder.dispose()
})

it('of another form is refused in a sentence', () => {
  const fails = (message: RegExp) => expect(() => readEncoderCheckpoint(folder)).toThrow(message)
  list(['', '1_Pooling', '4_Dense'])
  fails(
    /they are Transformer -> Pooling -> Dense. Wanted: Transformer -> Pooling -> Dense -> LayerNorm -> Dense/,
  )
  list(Object.keys(types))
  write('1_Pooling', { pooling_mode: 'max' })
  fails(/1_Pooling pools by "max"/)
  write('1_Pooling', { pooling_mode_cls_token: true })
  write('2_Dense', {
    in_features: D,
    out_features: D,
    activation_function: 'torch.nn.modules.activation.Tanh',
  })
  fails(/2_Dense has the activation torch.nn.modules.activation.Tanh, wanted GELU/)
  rmSync(join(folder, '4_Dense', 'model.safetensors'))
  write('2_Dense', {
    in_features: D,
    out_features: D,
    activation_function: 'torch.nn.modules.activation.GELU',
  })
  fails(/lacks 4_Dense\/model.safetensors/)
  writeFileSync(join(folder, 'modules.json'), '{')
  fails(/modules.json is not JSON/)
})

it('of sentence embeddings is none', () => {
  list(['', '1_Pooling'])
  expect(readEncoderCheckpoint(folder).missingHead).toContain('classifier.weight')
})
