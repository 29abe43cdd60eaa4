// A decoder without some of its layers, so that a machine without a GPU can score with it.
import { InputError } from '@disranker/stage'
import type { DecoderConfig, ModelFolder, TensorData } from '@disranker/transformer'

/**
 * The same decoder with these layers only.
 * @param kept numbers in order, from 0
 * @param name of the model, for errors
 * @throws {InputError} when these layers do not exist
 */
export function keepDecoderLayers(
  { config, tensors, tokenizer }: ModelFolder<DecoderConfig>,
  kept: readonly number[],
  name: string,
): ModelFolder<DecoderConfig> {
  const layers = config.num_hidden_layers
  if (!kept.every((layer, at) => layer < layers && (at === 0 || layer > kept[at - 1]!)))
    throw new InputError(
      `Layers ${JSON.stringify(kept)} of ${name} are wanted, which has ${layers}: wanted numbers in order from 0 to ${layers - 1}.`,
    )
  const renamed = new Map<string, TensorData>()
  for (const [tensor, value] of tensors) {
    const [, before, number, after] = /^(.*\blayers\.)(\d+)(\..*)$/.exec(tensor) ?? []
    const place = number === undefined ? -1 : kept.indexOf(Number(number))
    if (number === undefined) renamed.set(tensor, value)
    else if (place >= 0) renamed.set(`${before}${place}${after}`, value)
  }
  const { layer_types: types } = config as { layer_types?: readonly string[] }
  const cut = {
    ...config,
    num_hidden_layers: kept.length,
    ...(types && { layer_types: kept.map((layer) => types[layer]) }),
  }
  return { config: cut as DecoderConfig, tensors: renamed, tokenizer }
}
