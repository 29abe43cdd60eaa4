// A cross-encoder as it lies in a folder of Hugging Face's form, checked to be one that ranks.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { InputError } from '@disranker/stage'
import { type PairTemplate, pairTemplateOf } from '@disranker/tokenizer'
import { type EncoderModel, encoderTensors, readEncoder, readModelFolder } from '@disranker/transformer'
import type { Tensors } from '@disranker/transformer/safetensors'

export interface SourceModel {
  /** what to call it: the hub's name, or that of the folder */
  readonly name: string
  /** as its model card says */
  readonly licence: string | undefined
  readonly config: { readonly model_type: string; readonly [key: string]: unknown }
  readonly model: EncoderModel
  /** under the names of the network, one label */
  readonly tensors: Tensors
  /** the text of tokenizer.json */
  readonly tokenizer: string
  readonly template: PairTemplate
}

/**
 * Reads a cross-encoder.
 * @param name the hub's name for it, when it has one
 * @throws {InputError} when a file is missing, the architecture or a key of it is not built, or it has no ranking head
 */
export function readSource(folder: string, name?: string): SourceModel {
  const { config: raw, tensors: stored, tokenizer } = readModelFolder<SourceModel['config']>(folder)
  const given = readEncoder(raw, stored)
  const { tensors: named, missingHead } = encoderTensors(given, stored)
  const called = name ?? nameOf(folder, raw)
  if (missingHead.length > 0) throw new InputError(withoutHead(called, raw, missingHead))
  const { id2label, label2id, num_labels, ...rest } = raw
  const config = {
    ...rest,
    id2label: { 0: 'relevance' },
    label2id: { relevance: 0 },
  } as SourceModel['config']
  // read once: graphs ask for values again and again
  const values = new Map([...named].map(([name, { shape, data }]) => [name, { shape, data }]))
  const tensors = given.labels === 2 ? oneLabel(given, values) : values
  return {
    name: called,
    licence: cardEntry(folder, 'license_name') ?? cardEntry(folder, 'license'),
    config,
    model: readEncoder(config, tensors),
    tensors,
    tokenizer,
    template: pairTemplateOf(tokenizer) ?? given.template,
  }
}

function withoutHead(
  name: string,
  { architectures }: SourceModel['config'],
  missing: readonly string[],
): string {
  const kind = Array.isArray(architectures) ? architectures.join(', ') : 'a model without a head'
  return `${name} cannot rank: it is ${kind}, its checkpoint has no ${missing[0]}${missing.length > 1 ? ` (and ${missing.length - 1} more of the ranking head)` : ''}. A model of sentences needs a head first: fine-tune it as a cross-encoder with one label (CrossEncoder of sentence-transformers does) and import that folder. Serving it as a bi-encoder is not built. Or take a cross-encoder.`
}

/** Two labels rank by the difference of their logits, which is one label whose weights are the difference. */
function oneLabel({ head }: EncoderModel, tensors: Tensors): Tensors {
  const folded = new Map(tensors)
  for (const name of head.slice(-2)) {
    const { shape, data } = tensors.get(name)!
    const size = data.length / 2
    folded.set(name, {
      shape: [1, ...shape.slice(1)],
      data: Float32Array.from({ length: size }, (_, at) => data[size + at]! - data[at]!),
    })
  }
  return folded
}

function nameOf(folder: string, { _name_or_path: path }: SourceModel['config']): string {
  // a path of somebody's disk says nothing to others
  if (typeof path === 'string' && /^[\w.-]+\/[\w.-]+$/.test(path)) return path
  return basename(resolve(folder))
}

/** An entry of the YAML that a model card begins with. */
function cardEntry(folder: string, key: string): string | undefined {
  const card = join(folder, 'README.md')
  if (!existsSync(card)) return undefined
  const [, head = ''] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(card, 'utf8')) ?? []
  return new RegExp(`^${key}:\\s*["']?([^"'\\r\\n]+)["']?\\s*$`, 'm').exec(head)?.[1]?.trim()
}
