// What the graphs of all precisions share: the inputs, the first token, the head, and where weights come from.
import { InputError } from '@disranker/stage'
import type { EncoderConfig } from '@disranker/transformer'
import type { TensorData, Tensors } from '@disranker/transformer/safetensors'
import type { GraphBuilder } from './graph.ts'

/** Linear input sites of layer l whose activations are quantised. */
export type Site = `${number}.${'qkv' | 'attention' | 'intermediate' | 'output'}`

export const SITES = ['qkv', 'attention', 'intermediate', 'output'] as const

export const INPUTS = (['input_ids', 'attention_mask', 'token_type_ids'] as const).map((name) => ({
  name,
  type: 'int64' as const,
  shape: ['batch', 'sequence'],
}))

export const LOGITS = { name: 'logits', type: 'float32' as const, shape: ['batch', 1] }

/** Tensors by Hugging Face name. */
export interface Checkpoint {
  readonly config: EncoderConfig
  /** @throws {InputError} when the tensor is missing */
  tensor(name: string): TensorData
}

export function createCheckpoint(config: EncoderConfig, tensors: Tensors): Checkpoint {
  return {
    config,
    tensor(name) {
      const found = tensors.get(name)
      if (found !== undefined) return found
      throw new InputError(
        `The checkpoint has no tensor ${name}: it is no BertForSequenceClassification with one label.`,
      )
    },
  }
}

/** Adds a float32 weight under the name it has in the checkpoint. */
export function floatWeight(graph: GraphBuilder, { tensor }: Checkpoint, name: string): string {
  const { shape, data } = tensor(name)
  return graph.weight(name, shape, data)
}

/** [sequence, D]: the positions of this call; columns past the last known one can only be padding, and take it. */
export function positions(graph: GraphBuilder, checkpoint: Checkpoint): string {
  const table = floatWeight(graph, checkpoint, 'bert.embeddings.position_embeddings.weight')
  const scalar = (name: string, value: number) => graph.weight(name, [], BigInt64Array.of(BigInt(value)))
  const columns = graph.node('Gather', [graph.node('Shape', ['input_ids']), scalar('columns', 1)])
  const places = graph.node('Range', [scalar('from', 0), columns, scalar('step', 1)])
  const last = scalar('last_position', checkpoint.config.max_position_embeddings - 1)
  return graph.node('Gather', [table, graph.node('Min', [places, last])])
}

/** [batch, sequence, D] -> [batch, D]: the first token's. */
export function firstToken(graph: GraphBuilder, x: string): string {
  return graph.node('Gather', [x, graph.weight('first', [], BigInt64Array.of(0n))], {
    attributes: { axis: 1 },
  })
}

/** [batch, D] -> logits [batch, 1]: pooler and classifier, in float32 at every precision: they are small. */
export function head(graph: GraphBuilder, checkpoint: Checkpoint, first: string): string {
  const gemm = (x: string, name: string) =>
    graph.node(
      'Gemm',
      [x, floatWeight(graph, checkpoint, `${name}.weight`), floatWeight(graph, checkpoint, `${name}.bias`)],
      { attributes: { transB: 1 } },
    )
  return gemm(graph.node('Tanh', [gemm(first, 'bert.pooler.dense')]), 'classifier')
}
