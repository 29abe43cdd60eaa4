// The tensors of a checkpoint folder: one model.safetensors, or shards that model.safetensors.index.json lists.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { openSafetensors, type TensorData, type Tensors } from './safetensors.ts'

export const SINGLE = 'model.safetensors'
export const INDEX = 'model.safetensors.index.json'

/**
 * Opens every tensor of a folder; values are read on demand.
 * @throws {InputError} naming the file that is missing or damaged, or the tensor that is in another file than
 * listed
 */
export function openTensors(folder: string): Tensors {
  if (!existsSync(join(folder, INDEX))) return openSafetensors(join(folder, SINGLE))
  const listed = readIndex(readFileSync(join(folder, INDEX), 'utf8'), join(folder, INDEX))
  const tensors = new Map<string, TensorData>()
  for (const file of shardsOf(listed)) {
    const path = join(folder, file)
    if (!existsSync(path))
      throw new InputError(
        `${folder} lacks ${file}, which ${INDEX} lists; wanted all of its files. Copy it, or download the model again.`,
      )
    for (const [name, tensor] of openSafetensors(path)) {
      if (listed.get(name) !== file)
        throw new InputError(
          `${path} holds tensor ${name}, for which ${INDEX} names ${listed.get(name) ?? 'no file'}. Copy both from one model.`,
        )
      tensors.set(name, tensor)
    }
  }
  for (const [name, file] of listed)
    if (!tensors.has(name))
      throw new InputError(
        `${join(folder, file)} has no tensor ${name}, which ${INDEX} says it has. Copy both from one model.`,
      )
  return tensors
}

/**
 * Tensor name -> file name.
 * @param path the index's path for errors
 * @throws {InputError} when it is not in the format of Hugging Face, or a file is outside the folder
 */
function readIndex(text: string, path: string): ReadonlyMap<string, string> {
  let index: { weight_map?: unknown } | undefined
  try {
    index = JSON.parse(text) as { weight_map?: unknown }
  } catch {
    // reported below
  }
  const map = index?.weight_map
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : []
  if (entries.length === 0 || !entries.every(([, file]) => /^[\w.-]+\.safetensors$/.test(String(file))))
    throw new InputError(
      `${path} has no weight_map of tensors and safetensors files in its folder. Copy it again from where the model came from.`,
    )
  return new Map(entries as [string, string][])
}

/** The files, each once, in the order of their names. */
const shardsOf = (listed: ReadonlyMap<string, string>): string[] => [...new Set(listed.values())].sort()
