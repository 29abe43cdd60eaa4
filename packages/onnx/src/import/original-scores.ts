// Scores of the original: the whole checkpoint in float32, with pairs of its full length. If its folder has
// its authors' ONNX file (onnx/model.onnx, as transformers.js loads it), that file computes them, which
// shares no code with ours.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EncoderCheckpoint } from '@disranker/checkpoint'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import * as ort from 'onnxruntime-node'
import { longestFirst } from '../forms/pair-form.ts'
import { createCheckpoint } from '../graph/checkpoint.ts'
import { floatGraph } from '../graph/float-graph.ts'
import { nativeScores, type Row, rowFeeds } from '../push/native-scores.ts'
import type { TextPair } from './built-in-pairs.ts'

export interface Original {
  /** one a pair */
  readonly scores: Float32Array
  readonly from: 'its own ONNX file' | 'its weights in float32'
}

/** @param scratch folder for the graph that onnxruntime reads; it is left empty */
export async function originalScores(
  folder: string,
  source: EncoderCheckpoint,
  pairs: readonly TextPair[],
  scratch: string,
  signal?: AbortSignal,
): Promise<Original> {
  const encoding = longestFirst(source.template, source.model.positions)
  const encoder = createPairEncoder(loadTokenizer(source.tokenizer), encoding)
  const rows = pairs.map(({ query, document }) => encoder.encode(query, document))
  const file = join(folder, 'onnx', 'model.onnx')
  if (existsSync(file))
    return { scores: await scoresOfFile(file, rows, source.relevant, signal), from: 'its own ONNX file' }
  const graph = floatGraph(createCheckpoint(source.config, source.tensors))
  return { scores: await nativeScores(graph, rows, scratch, signal), from: 'its weights in float32' }
}

/** One row at a time: a foreign graph may not handle padding as ours does. */
async function scoresOfFile(
  file: string,
  rows: readonly Row[],
  relevant: 0 | 1,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(file)
  const scores = new Float32Array(rows.length)
  for (const [at, row] of rows.entries()) {
    signal?.throwIfAborted()
    const feeds = Object.entries(rowFeeds([row])).filter(([name]) => session.inputNames.includes(name))
    const outputs = await session.run(Object.fromEntries(feeds))
    const { data } = outputs.logits ?? outputs[session.outputNames[0]!]!
    const [first, second] = [Number(data[0]), Number(data[1])]
    scores[at] = data.length === 1 ? first : relevant === 1 ? second - first : first - second
  }
  await session.release()
  return scores
}
