// A network without some of its layers: its configuration, and the new names of the remaining tensors.

/**
 * @param prefix of a tensor's name, before the number of its layer
 * @returns the new name of a tensor; undefined if its layer is removed
 */
export function renumberLayers(prefix: string, kept: readonly number[]) {
  return (tensor: string): string | undefined => {
    if (!tensor.startsWith(prefix)) return tensor
    const [number, ...rest] = tensor.slice(prefix.length).split('.')
    const position = kept.indexOf(Number(number))
    return position < 0 ? undefined : [`${prefix}${position}`, ...rest].join('.')
  }
}
