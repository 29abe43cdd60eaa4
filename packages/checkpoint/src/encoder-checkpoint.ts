// Reads an encoder from a folder in Hugging Face's format, and how it encodes a pair: the start of a student,
// and the source of an imported bundle. The caller decides whether a head is required.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { asGiven, type PairTemplate, pairTemplateOf } from '@disranker/tokenizer'
import {
  checkFinite,
  type EncoderModel,
  encoderTensors,
  readEncoder,
  readModelFolder,
  type Tensors,
} from '@disranker/transformer'
import { checkTokens } from './check-tokens.ts'
import { readModuleHead } from './module-head.ts'

export interface EncoderCheckpoint {
  /** its name: the hub's, or that of the folder */
  readonly name: string
  /** from its model card */
  readonly licence: string | undefined
  readonly config: { readonly model_type: string; readonly [key: string]: unknown }
  readonly model: EncoderModel
  /** index of the relevant label of two; 0 for one label */
  readonly relevant: 0 | 1
  /** under the names of the network, one label */
  readonly tensors: Tensors
  /** names of the missing weights of the ranking head */
  readonly missingHead: readonly string[]
  /** the text of tokenizer.json */
  readonly tokenizer: string
  readonly template: PairTemplate
}

/**
 * Reads an encoder.
 * @param name the hub's name for it, if it has one
 * @throws {InputError} when a file is missing, the architecture or a key of it is not supported, a weight is
 * not finite, or the tokenizer has ids outside the network's tables
 */
export function readEncoderCheckpoint(folder: string, name?: string): EncoderCheckpoint {
  const read = readModelFolder<EncoderCheckpoint['config']>(folder)
  const { tokenizer } = read
  const moduleHead = readModuleHead(folder, read.config)
  const raw = { ...read.config, ...moduleHead?.config }
  const stored = new Map([...read.tensors, ...(moduleHead?.tensors ?? [])])
  const given = readEncoder(raw, stored)
  const { tensors: named, missingHead } = encoderTensors(given, stored)
  const { id2label, label2id, num_labels, ...rest } = raw
  const config = {
    ...rest,
    id2label: { 0: 'relevance' },
    label2id: { relevance: 0 },
  } as EncoderCheckpoint['config']
  // read once, because graphs use the values many times
  const values = new Map([...named].map(([name, { shape, data }]) => [name, { shape, data }]))
  checkFinite(values, name ?? folder)
  const template = asGiven(pairTemplateOf(tokenizer) ?? given.template, read.tokenizerConfig)
  // our students define their own token types
  if (raw.disranker === undefined) checkTokens(name ?? folder, tokenizer, given, template)
  const tensors = given.labels === 2 && missingHead.length === 0 ? oneLabel(given, values) : values
  return {
    name: name ?? nameOf(folder),
    licence: cardEntry(folder, 'license_name') ?? cardEntry(folder, 'license'),
    config,
    model: readEncoder(config, tensors),
    relevant: given.labels === 2 ? given.relevant : 0,
    tensors,
    missingHead,
    tokenizer,
    template,
  }
}

/** Two labels rank by the difference of their logits, which is one label whose weights are the difference. */
function oneLabel({ head, relevant }: EncoderModel, tensors: Tensors): Tensors {
  const folded = new Map(tensors)
  for (const name of head.slice(-2)) {
    const { shape, data } = tensors.get(name)!
    const size = data.length / 2
    const [right, other] = [relevant * size, (1 - relevant) * size]
    folded.set(name, {
      shape: [1, ...shape.slice(1)],
      data: Float32Array.from({ length: size }, (_, at) => data[right + at]! - data[other + at]!),
    })
  }
  return folded
}

/**
 * A folder's name, or the repository of a snapshot in the hub's cache; `_name_or_path` often names the base
 * model instead.
 */
function nameOf(folder: string): string {
  const [, owner, name] = /[\\/]models--([\w.-]+?)--([\w.-]+)[\\/]snapshots[\\/]/.exec(resolve(folder)) ?? []
  return owner === undefined ? basename(resolve(folder)) : `${owner}/${name}`
}

/** An entry of the YAML at the start of a model card. */
function cardEntry(folder: string, key: string): string | undefined {
  const card = join(folder, 'README.md')
  if (!existsSync(card)) return undefined
  const [, head = ''] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(card, 'utf8')) ?? []
  return new RegExp(`^${key}:\\s*["']?([^"'\\r\\n]+)["']?\\s*$`, 'm').exec(head)?.[1]?.trim()
}
