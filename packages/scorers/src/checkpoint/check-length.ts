// Whether a model reads texts as long as the recipe wants them.
import { InputError } from '@disranker/stage'

/** @throws {InputError} when a model reads shorter texts than the recipe says */
export function checkLength(folder: string, positions: number, maxLength: number): void {
  if (maxLength > positions)
    throw new InputError(
      `The recipe's maxLength is ${maxLength}; ${folder} reads ${positions} tokens at most. Lower maxLength.`,
    )
}
