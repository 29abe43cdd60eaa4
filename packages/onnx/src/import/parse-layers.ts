// Which layers of a model stay, as it is said on a command line.
import { spreadLayers } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'

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
    return count < 1 || count > layers ? fail() : spreadLayers(count, layers)
  }
  const ordered = numbers.every((layer, at) => layer < layers && (at === 0 || layer > numbers[at - 1]!))
  return ordered ? numbers : fail()
}
