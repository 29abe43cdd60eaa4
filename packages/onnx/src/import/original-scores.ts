// What the original gives: the checkpoint in float32, whole, reading pairs as long as it can. Where its folder has the ONNX file that its
// authors made (onnx/model.onnx, as transformers.js loads it), that file is asked, which shares no code with ours.
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

/** @param scratch where a graph is put for onnxruntime to read; nothing is left there */
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

/** One row at a time: a graph of others may not take padding as ours does. */
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
