// The cost of a token, by the shape of the network that reads it.

/**
 * Multiply-adds of a token in the linear layers.
 * @param config config.json of an encoder; sizes that it does not name are those of a small BERT
 */
export function multiplyAdds(config: {
  readonly model_type?: unknown
  readonly [key: string]: unknown
}): number {
  const size = (name: string, otherwise: number) =>
    typeof config[name] === 'number' ? config[name] : otherwise
  const D = size('hidden_size', 128)
  const F = size('intermediate_size', 4 * D)
  // ModernBERT's wide layer gives each number and its gate
  const wide = config.model_type === 'modernbert' ? 3 : 2
  return size('num_hidden_layers', 2) * (4 * D * D + wide * D * F)
}
