// A network without some of its layers, as a configuration and new names for the tensors that stay.

/**
 * @param prefix what stands before the number of a layer in the name of a tensor
 * @returns the name a tensor has afterwards; undefined for one of a layer that goes
 */
export function renumberLayers(prefix: string, kept: readonly number[]) {
  return (tensor: string): string | undefined => {
    if (!tensor.startsWith(prefix)) return tensor
    const [number, ...rest] = tensor.slice(prefix.length).split('.')
    const position = kept.indexOf(Number(number))
    return position < 0 ? undefined : [`${prefix}${position}`, ...rest].join('.')
  }
}
