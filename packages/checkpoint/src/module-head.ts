// A cross-encoder of sentence-transformers whose ranking head is in separate module folders (the Ettin rerankers):
//   Transformer -> Pooling -> Dense, GELU -> LayerNorm -> Dense, one score
// That is the head of a ModernBertForSequenceClassification under other names.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { openSafetensors, type TensorData, type Tensors } from '@disranker/transformer'
import { poolingMode } from './pooling.ts'

interface Module {
  readonly kind: string
  readonly folder: string
  readonly config: Readonly<Record<string, unknown>>
}

export interface ModuleHead {
  /** the head's keys for config.json */
  readonly config: Readonly<Record<string, unknown>>
  /** under the names of ModernBertForSequenceClassification */
  readonly tensors: Tensors
}

const CHAIN = ['Transformer', 'Pooling', 'Dense', 'LayerNorm', 'Dense']
/** epsilon of PyTorch's LayerNorm, which the module does not store */
const EPSILON = 1e-5

/**
 * The head in `modules.json` of a folder; undefined when there is none that ranks.
 * @param config config.json of the encoder
 * @throws {InputError} when it is a head of another form, or a module of it does not match its name
 */
export function readModuleHead(
  folder: string,
  config: { readonly model_type?: unknown; readonly norm_eps?: unknown; readonly norm_bias?: unknown },
): ModuleHead | undefined {
  const modules = readModules(folder)
  const last = modules.at(-1)
  if (last?.kind !== 'Dense' || last.config.out_features !== 1) return undefined
  const fail = (what: string): never => {
    throw new InputError(
      `${folder} keeps its ranking head in modules, and ${what}. Wanted: ${CHAIN.join(' -> ')} over a ModernBERT, GELU between, as the Ettin rerankers have it. Or save the model as one for sequence classification.`,
    )
  }
  const kinds = modules.map(({ kind }) => kind)
  if (kinds.join() !== CHAIN.join()) fail(`they are ${kinds.join(' -> ')}`)
  if (config.model_type !== 'modernbert') fail(`its model_type is ${JSON.stringify(config.model_type)}`)
  if ((config.norm_eps ?? EPSILON) !== EPSILON) fail(`its norm_eps is ${config.norm_eps}, theirs ${EPSILON}`)
  const [, pooling, dense, norm] = modules as [Module, Module, Module, Module]
  const pooled = poolingMode(pooling.config) ?? 'mean'
  if (pooled !== 'cls' && pooled !== 'mean') fail(`${pooling.folder} pools by ${JSON.stringify(pooled)}`)
  for (const [module, wanted] of [
    [dense, 'GELU'],
    [last, 'Identity'],
  ] as const) {
    const { activation_function: activation = 'Identity', use_residual: residual } = module.config
    if (!String(activation).endsWith(`.${wanted}`) && activation !== wanted)
      fail(`${module.folder} has the activation ${activation}, wanted ${wanted}`)
    if (residual) fail(`${module.folder} adds its input (use_residual)`)
  }
  const { weight, bias } = tensorsOf(folder, dense, 'linear')
  const scale = tensorsOf(folder, norm, 'norm')
  const score = tensorsOf(folder, last, 'linear')
  // ModernBERT's norm has no bias: the module's bias is merged into the last layer, which comes next
  const shift = score.bias?.data[0] ?? 0
  const moved = scale.bias ? score.weight.data.reduce((sum, w, at) => sum + w * scale.bias!.data[at]!, 0) : 0
  return {
    config: {
      classifier_pooling: pooled,
      classifier_activation: 'gelu',
      classifier_bias: bias !== undefined,
    },
    tensors: new Map<string, TensorData>([
      ['head.dense.weight', weight],
      ...(bias ? [['head.dense.bias', bias] as const] : []),
      ['head.norm.weight', scale.weight],
      ...(config.norm_bias === true
        ? [
            [
              'head.norm.bias',
              { shape: scale.weight.shape, data: new Float32Array(scale.weight.data.length) },
            ] as const,
          ]
        : []),
      ['classifier.weight', score.weight],
      ['classifier.bias', { shape: [1], data: Float32Array.of(shift + moved) }],
    ]),
  }
}

function readModules(folder: string): Module[] {
  if (!existsSync(join(folder, 'modules.json'))) return []
  const listed = parse(join(folder, 'modules.json')) as unknown as { type?: string; path?: string }[]
  return (Array.isArray(listed) ? listed : []).map(({ type = '', path = '' }) => {
    const file = join(folder, path, 'config.json')
    const kind = type.split('.').at(-1)!
    return { kind, folder: path, config: path !== '' && existsSync(file) ? parse(file) : {} }
  })
}

function parse(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new InputError(`${path} is not JSON. Copy the model again.`, { cause })
  }
}

function tensorsOf(folder: string, module: Module, name: string) {
  const file = join(folder, module.folder, 'model.safetensors')
  const missing = (what: string) =>
    new InputError(
      `${folder} lacks ${module.folder}/${what}, which modules.json names. Copy the model again.`,
    )
  if (!existsSync(file)) throw missing('model.safetensors')
  const tensors = openSafetensors(file)
  const weight = tensors.get(`${name}.weight`)
  if (weight === undefined) throw missing(`model.safetensors with ${name}.weight`)
  const bias = tensors.get(`${name}.bias`)
  return { weight, bias }
}
