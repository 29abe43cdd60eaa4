// Adapters on the disk in the format of Hugging Face's peft: adapter_config.json and
// adapter_model.safetensors. Unsupported settings are refused, because ignoring them would compute another
// model.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, writeWholeFile } from '@disranker/stage'
import { z } from 'zod'
import { readSafetensors, safetensorsParts, type TensorData, type Tensors } from '../tensors/safetensors.ts'
import type { Lora } from './lora.ts'

const CONFIG = 'adapter_config.json'
const TENSORS = 'adapter_model.safetensors'
const PREFIX = 'base_model.model.'

const off = (value: unknown) => value === undefined || value === null || value === false
const built = z.looseObject({
  peft_type: z.literal('LORA', 'only LORA is built'),
  r: z.int().min(1),
  lora_alpha: z.number(),
  use_rslora: z.boolean().nullish(),
  rank_pattern: z.record(z.string(), z.int()).nullish(),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
  bias: z.literal('none', 'only "none" is built').nullish(),
})
/** Kinds of adapters that compute something else. */
const NOT_BUILT = [
  ...['use_dora', 'use_bdlora', 'use_qalora', 'kasa_config', 'velora_config', 'monteclora_config'],
  ...['fan_in_fan_out', 'lora_bias', 'layer_replication', 'alora_invocation_tokens', 'arrow_config'],
  ...['trainable_token_indices', 'target_parameters'],
]

export interface Adapter {
  readonly thin: readonly {
    /** of the weight that it changes, under its name in the base model's checkpoint */
    readonly weight: string
    readonly down: TensorData
    readonly up: TensorData
    readonly scale: number
  }[]
  /** weights that replace the checkpoint's */
  readonly whole: Tensors
}

/**
 * Reads a folder of peft.
 * @throws {InputError} when a file is missing or damaged, or has an unsupported setting
 */
export function readAdapter(folder: string): Adapter {
  for (const name of [CONFIG, TENSORS])
    if (!existsSync(join(folder, name)))
      throw new InputError(
        `${folder} is no adapter of peft: ${name} is missing. Wanted: ${CONFIG}, ${TENSORS}.`,
      )
  const config = readConfig(join(folder, CONFIG))
  const tensors = readSafetensors(join(folder, TENSORS))
  const thin: Adapter['thin'][number][] = []
  const whole = new Map<string, TensorData>()
  for (const [given, tensor] of tensors) {
    const name = given.startsWith(PREFIX) ? given.slice(PREFIX.length) : given
    const [, module, part] = /^(.+)\.lora_([AB])\.weight$/.exec(name) ?? []
    if (part === 'B') continue
    if (module === undefined) {
      if (/lora_|modules_to_save/.test(name))
        throw new InputError(
          `${join(folder, TENSORS)} has the tensor ${given}, which is not built here. Merge the adapter with peft (merge_and_unload) and take the whole model.`,
        )
      whole.set(name, tensor)
      continue
    }
    const up = tensors.get(given.replace(/A\.weight$/, 'B.weight'))
    if (up === undefined || up.shape[1] !== tensor.shape[0])
      throw new InputError(
        `${join(folder, TENSORS)} has ${given} [${tensor.shape}] and ${up ? `as lora_B [${up.shape}]` : 'no lora_B'}; wanted two of one rank. Save the adapter again.`,
      )
    thin.push({ weight: `${module}.weight`, down: tensor, up, scale: scaleOf(config, module) })
  }
  return { thin, whole }
}

function readConfig(path: string) {
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (cause) {
    throw new InputError(`${path} is not JSON. Save the adapter again.`, { cause })
  }
  const parsed = built.safeParse(raw)
  const [issue] = parsed.error?.issues ?? []
  const strange = NOT_BUILT.find((key) => !off(raw[key]) && JSON.stringify(raw[key]) !== '[]')
  if (issue !== undefined || strange !== undefined)
    throw new InputError(
      `${path} has ${issue ? `${issue.path.join('.')}: ${issue.message}` : `${strange}, which is not built here`}. Merge the adapter with peft (merge_and_unload) and take the whole model.`,
    )
  return parsed.data!
}

/** alpha / r for each module, after the patterns; with rsLoRA alpha / sqrt(r) (Kalajdzievski 2023). */
function scaleOf(config: z.output<typeof built>, module: string): number {
  // peft: a key is a regular expression that the end of the name must match
  const by = (patterns: Readonly<Record<string, number>> | null | undefined) =>
    Object.entries(patterns ?? {}).find(([key]) => new RegExp(`(.*\\.)?(${key})$`).test(module))?.[1]
  const rank = by(config.rank_pattern) ?? config.r
  const alpha = by(config.alpha_pattern) ?? config.lora_alpha
  return alpha / (config.use_rslora ? Math.sqrt(rank) : rank)
}

/**
 * A checkpoint with an adapter merged into it; values are read and added on demand.
 * @throws {InputError} when the checkpoint has no tensor that the adapter changes, or one of another shape
 */
export function mergeAdapter(tensors: Tensors, { thin, whole }: Adapter): Tensors {
  const merged = new Map(tensors)
  for (const { weight, down, up, scale } of thin) {
    const name = nameIn(tensors, weight)
    const base = name && tensors.get(name)
    const shape = [up.shape[0]!, down.shape[1]!]
    if (name === undefined || !base || base.shape.join() !== shape.join())
      throw new InputError(
        `The adapter changes ${weight} [${shape}]; the checkpoint has ${base ? `[${base.shape}]` : 'none'}. Take the checkpoint that the adapter was trained on (base_model_name_or_path of ${CONFIG}).`,
      )
    merged.set(name, {
      shape: base.shape,
      get data() {
        return addProduct(base.data, { down, up, scale })
      },
    })
  }
  for (const [name, tensor] of whole) merged.set(nameIn(tensors, name) ?? name, tensor)
  return merged
}

/** Checkpoints of a model without a head omit the prefix of its layers' names. */
const nameIn = (tensors: Tensors, name: string): string | undefined =>
  tensors.has(name)
    ? name
    : [...tensors.keys()].find((one) => one.endsWith(`.${name}`) || name.endsWith(`.${one}`))

function addProduct(base: Float32Array, { down, up, scale }: Omit<Adapter['thin'][number], 'weight'>) {
  const values = base.slice()
  const [rank, columns] = down.shape as [number, number]
  for (let row = 0; row < up.shape[0]!; row++)
    for (let r = 0; r < rank; r++) {
      const factor = scale * up.data[row * rank + r]!
      for (let column = 0; column < columns; column++)
        values[row * columns + column]! += factor * down.data[r * columns + column]!
    }
  return values
}

export interface WrittenAdapter {
  readonly lora: Lora
  /** by name: lora_A and lora_B of every matrix, and whole weights that were trained with them */
  readonly tensors: Tensors
  /** the base checkpoint: a model of the hub or a folder */
  readonly base: string
  readonly task: 'SEQ_CLS' | 'CAUSAL_LM'
}

/** Writes both files into `folder`, which must exist, as `PeftModel.from_pretrained` reads them. */
export function writeAdapter(folder: string, { lora, tensors, base, task }: WrittenAdapter): void {
  const names = [...tensors.keys()]
  const adapted = names
    .filter((name) => name.endsWith('.lora_A.weight'))
    .map((name) => name.slice(0, -'.lora_A.weight'.length))
  const whole = names
    .filter((name) => !/\.lora_[AB]\.weight$/.test(name))
    .map((name) => name.replace(/\.weight$/, ''))
  const config = {
    peft_type: 'LORA',
    task_type: task,
    base_model_name_or_path: base,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout ?? 0,
    // whole names, so that they match exactly these modules
    target_modules: adapted,
    modules_to_save: whole.length > 0 ? whole : null,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
  }
  const prefixed = new Map([...tensors].map(([name, tensor]) => [PREFIX + name, tensor]))
  writeWholeFile(join(folder, TENSORS), safetensorsParts(prefixed, { format: 'pt' }))
  writeWholeFile(join(folder, CONFIG), `${JSON.stringify(config, undefined, 1)}\n`)
}
