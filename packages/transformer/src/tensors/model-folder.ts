// A model on the disk in Hugging Face's format: config.json, model.safetensors (or shards), tokenizer.json. Our settings are
// under the key "disranker" of config.json, which other programs ignore.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, writeWholeFile } from '@disranker/stage'
import { tokenizerConfig } from '../encoder/rank-config.ts'
import { safetensorsParts, type Tensors } from './safetensors.ts'
import { INDEX, openTensors, SINGLE } from './tensor-files.ts'

export interface ModelFolder<Config> {
  readonly config: Config
  /** in a folder that was read, each value is read on demand */
  readonly tensors: Tensors
  /** the text of tokenizer.json */
  readonly tokenizer: string
  /** tokenizer_config.json, if the folder has one */
  readonly tokenizerConfig?: Readonly<Record<string, unknown>> | undefined
}

/** Writes the files of a model into `folder`, which must exist: the three, and tokenizer_config.json for other programs. */
export function writeModelFolder<Config>(folder: string, model: ModelFolder<Config>): void {
  writeWholeFile(join(folder, 'model.safetensors'), safetensorsParts(model.tensors, { format: 'pt' }))
  writeWholeFile(join(folder, 'tokenizer.json'), model.tokenizer)
  const { max_position_embeddings: longest } = model.config as { max_position_embeddings?: number }
  const settings = tokenizerConfig(model.tokenizer, longest)
  writeWholeFile(join(folder, 'tokenizer_config.json'), `${JSON.stringify(settings, undefined, 1)}\n`)
  writeWholeFile(join(folder, 'config.json'), `${JSON.stringify(model.config, undefined, 1)}\n`)
}

/**
 * Reads a model folder.
 * @throws {InputError} naming the file that is missing or is not JSON
 */
export function readModelFolder<Config>(folder: string): ModelFolder<Config> {
  const weights = existsSync(join(folder, INDEX)) ? INDEX : SINGLE
  for (const name of ['config.json', weights, 'tokenizer.json']) {
    if (!existsSync(join(folder, name)))
      throw new InputError(
        `${folder} is no model folder: ${name} is missing. Wanted: config.json, model.safetensors, tokenizer.json.`,
      )
  }
  let config: Config
  try {
    config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Config
  } catch (cause) {
    throw new InputError(`${join(folder, 'config.json')} is not JSON. Make the model again.`, { cause })
  }
  const tensors = openTensors(folder)
  const tokenizerConfig = readTokenizerConfig(join(folder, 'tokenizer_config.json'))
  return { config, tensors, tokenizer: readFileSync(join(folder, 'tokenizer.json'), 'utf8'), tokenizerConfig }
}

function readTokenizerConfig(path: string): Readonly<Record<string, unknown>> | undefined {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (cause) {
    throw new InputError(`${path} is not JSON. Copy it again from where the model came from.`, { cause })
  }
}
