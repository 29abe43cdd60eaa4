// A cross-encoder without some of its layers: faster and smaller, and less like itself.
import { InputError } from '@disranker/stage'
import { readEncoder } from '@disranker/transformer'
import type { TensorData } from '@disranker/transformer/safetensors'
import type { SourceModel } from './read-source.ts'

/**
 * Which layers stay.
 * @param wanted "0,2,5": these; "3": so many, evenly spread from the first to the last
 * @throws {InputError} when it is neither, or names layers that there are not
 */
export function parseLayers(wanted: string, layers: number): number[] {
  const fail = () => {
    throw new InputError(
      `--layers is "${wanted}"; wanted how many of the ${layers} layers stay, or their numbers in order from 0 to ${layers - 1}, like "0,${layers - 1}".`,
    )
  }
  const numbers = wanted.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN))
  if (numbers.some(Number.isNaN)) return fail()
  if (!wanted.includes(',')) {
    const [count] = numbers as [number]
    if (count < 1 || count > layers) return fail()
    if (count === 1) return [0]
    return Array.from({ length: count }, (_, at) => Math.round((at * (layers - 1)) / (count - 1)))
  }
  const ordered = numbers.every((layer, at) => layer < layers && (at === 0 || layer > numbers[at - 1]!))
  return ordered ? numbers : fail()
}

/** The same model with these layers alone. */
export function keepLayers(source: SourceModel, kept: readonly number[]): SourceModel {
  const { config: change, rename } = source.model.keepLayers(kept)
  const config = { ...source.config, ...change }
  const tensors = new Map<string, TensorData>()
  for (const [name, tensor] of source.tensors) {
    const renamed = rename(name)
    if (renamed !== undefined) tensors.set(renamed, tensor)
  }
  return { ...source, config, tensors, model: readEncoder(config, tensors) }
}
