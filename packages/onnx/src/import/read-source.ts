// Reads a cross-encoder from a folder in Hugging Face's format, and checks that it can rank.
import { type EncoderCheckpoint, readEncoderCheckpoint } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'

/**
 * Reads a cross-encoder.
 * @param name the hub's name for it, if it has one
 * @throws {InputError} when a file is missing, the architecture or a key of it is not supported, or it has no
 * ranking head
 */
export function readSource(folder: string, name?: string): EncoderCheckpoint {
  const source = readEncoderCheckpoint(folder, name)
  if (source.missingHead.length > 0) throw new InputError(withoutHead(source))
  return source
}

function withoutHead({ name, config: { architectures }, missingHead: missing }: EncoderCheckpoint): string {
  const kind = Array.isArray(architectures) ? architectures.join(', ') : 'a model without a head'
  return `${name} cannot rank: it is ${kind}, its checkpoint has no ${missing[0]}${missing.length > 1 ? ` (and ${missing.length - 1} more of the ranking head)` : ''}. A model of sentences needs a head first: train one from it (\`init\` in the recipes of labels and distil), or fine-tune it as a cross-encoder with one label elsewhere and import that folder. Serving it as a bi-encoder is not built. Or take a cross-encoder.`
}
