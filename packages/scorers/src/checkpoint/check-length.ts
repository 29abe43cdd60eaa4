// Checks that a model can read texts of the recipe's length.
import { InputError } from '@disranker/stage'

/** @throws {InputError} when the model's maximal length is below the recipe's */
export function checkLength(folder: string, positions: number, maxLength: number): void {
  if (maxLength > positions)
    throw new InputError(
      `The recipe's maxLength is ${maxLength}; ${folder} reads ${positions} tokens at most. Lower maxLength.`,
    )
}
