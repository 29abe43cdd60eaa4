// Weights of a linear layer in the order in which the kernels read them (kernels/linear.ts).

/** outputs of a panel */
const COLUMNS = 8

export interface LinearLayer {
  /** [inputs, outputs] int8 */
  readonly weight: Int8Array
  /** [outputs]: factor of an integer sum, which includes the scale of its inputs */
  readonly scales: Float32Array
  /** [outputs] */
  readonly biases: Float32Array
  readonly inputs: number
  readonly outputs: number
  /** the zero of its inputs */
  readonly zero: number
}

/** bytes of the panels' numbers: corrections, scales, biases */
export const panelBytes = (outputs: number) => outputs * 12

/**
 * Writes the weights: panels of 8 outputs, each a row of steps, each step 2 x 4 outputs of `group` inputs.
 * @param group inputs of a step: 4 for the relaxed kernel, 2 for the exact one
 */
export function packWeights({ weight, inputs, outputs }: LinearLayer, group: number, to: Int8Array): void {
  let at = 0
  for (let column = 0; column < outputs; column += COLUMNS)
    for (let input = 0; input < inputs; input += group)
      for (let j = column; j < column + COLUMNS; j++)
        for (let i = input; i < input + group; i++) to[at++] = weight[i * outputs + j]!
}

/**
 * Writes the constants that are applied to the sums. The relaxed kernel multiplies bytes that still include
 * their zero: -zero * (sum of the weights) corrects it. The exact one's inputs have it subtracted.
 */
export function packPanels(layer: LinearLayer, group: number, to: DataView): void {
  const { weight, scales, biases, inputs, outputs } = layer
  const zero = group === 4 ? layer.zero : 0
  for (let j = 0; j < outputs; j++) {
    let sum = 0
    for (let i = 0; i < inputs; i++) sum += weight[i * outputs + j]!
    const at = Math.floor(j / COLUMNS) * panelBytes(COLUMNS) + (j % COLUMNS) * 4
    to.setInt32(at, -zero * sum, true)
    to.setFloat32(at + 4 * COLUMNS, scales[j]!, true)
    to.setFloat32(at + 8 * COLUMNS, biases[j]!, true)
  }
}
