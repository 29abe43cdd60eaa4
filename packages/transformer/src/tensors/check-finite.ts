// Refuses weights that are not finite when they are read, with the tensor's name, because they make every
// score NaN.
import { InputError } from '@disranker/stage'
import type { Tensors } from './safetensors.ts'

/** @throws {InputError} naming the first tensor with a value that is not finite */
export function checkFinite(tensors: Tensors, what: string): void {
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value))
    if (at >= 0)
      throw new InputError(
        `Tensor ${name} of ${what} has ${data[at]} at index ${at}: its weights are broken. Copy the model again, or use another.`,
      )
  }
}
