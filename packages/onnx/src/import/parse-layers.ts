// Parses the layers to keep from a command line.
import { spreadLayers } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'

/**
 * The indices of the layers to keep.
 * @param wanted "0,2,5": these; "3": this many, evenly spread from the first to the last
 * @throws {InputError} when it is neither, or names layers that do not exist
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
    return count < 1 || count > layers ? fail() : spreadLayers(count, layers)
  }
  const ordered = numbers.every((layer, at) => layer < layers && (at === 0 || layer > numbers[at - 1]!))
  return ordered ? numbers : fail()
}
