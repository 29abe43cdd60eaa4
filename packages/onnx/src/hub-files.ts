// A student as the files of a hub repository: what transformers and sentence-transformers load at the top, ONNX under onnx/
// for transformers.js, and a card that says what it is made of.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, type Manifest, readManifest, sha256 } from '@disranker/stage'
import { readBundle } from './bundle.ts'
import { inlineWeights } from './inline-weights.ts'

export interface HubFolders {
  /** a student's folder */
  readonly student: string
  /** folders of the stages `convert` and `quantize` */
  readonly converted: string
  readonly quantized: string
  /** report.json of the stage `evaluate`, when there is one */
  readonly report?: string
  /** of the weights, as SPDX has it; a repository without one is nobody's to use */
  readonly licence?: string | undefined
}

const TOP = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']

/**
 * Bytes by path.
 * @throws {InputError} when a folder is not complete, or int8 was made of another student
 */
export function hubFiles({
  student,
  converted,
  quantized,
  report,
  licence,
}: HubFolders): Map<string, Uint8Array> {
  const [made, int8] = [manifestOf(student, 'distil'), manifestOf(quantized, 'quantize')]
  manifestOf(converted, 'convert')
  if (int8.inputs.student !== made.content)
    throw new InputError(
      `${quantized} was made of another student than ${student}. Run: npx turbo run quantize`,
    )
  const files = new Map<string, Uint8Array>(
    TOP.map((name) => [name, new Uint8Array(readFileSync(join(student, name)))]),
  )
  const onnx = (folder: string) => {
    const bundle = readBundle(join(folder, 'bundle'))
    return inlineWeights(bundle['model.onnx']!, bundle['model.onnx.data']!)
  }
  files.set('onnx/model.onnx', onnx(converted))
  files.set('onnx/model_quantized.onnx', onnx(quantized))
  const figures = report !== undefined && existsSync(report) ? figuresOf(report) : []
  files.set('README.md', new TextEncoder().encode(hubCard(made, int8, files, figures, licence)))
  return files
}

function manifestOf(folder: string, stage: string): Manifest {
  if (!existsSync(join(folder, 'manifest.json')))
    throw new InputError(`${folder} is not complete. Run: npx turbo run ${stage}`)
  return readManifest(folder)
}

interface Figure {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The rows of the report that are of this student, as lines of a table. */
function figuresOf(path: string): string[] {
  const { test } = JSON.parse(readFileSync(path, 'utf8')) as {
    test: { queries: number; rows: Record<string, Record<string, Figure>> }
  }
  const cell = ({ value, low, high }: Figure) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
  return ['bm25', 'student', 'student_int8'].flatMap((name) => {
    const row = test.rows[name]
    return row === undefined
      ? []
      : [`| ${name} | ${cell(row['mrr@10']!)} | ${cell(row['ndcg@10']!)} | ${test.queries} |`]
  })
}

function hubCard(
  made: Manifest,
  int8: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
  figures: readonly string[],
  licence: string | undefined,
): string {
  const config = JSON.parse(new TextDecoder().decode(files.get('config.json')))
  const marks = config.disranker?.encoding?.marks !== undefined
  const lines = [
    '---',
    ...(licence === undefined ? [] : [`license: ${licence}`]),
    'library_name: transformers',
    'pipeline_tag: text-ranking',
    '---',
    '# A reranker made with DisRanker',
    '',
    `${config.architectures?.[0]}, ${config.num_hidden_layers} layers, ${config.hidden_size} wide. Licence: ${licence ?? 'none given; ask before you use it'}.`,
    '',
    marks
      ? 'It reads exact-match marks as token types and an overlap token (`disranker.encoding` in config.json), which @disranker/reranker computes. Other programs load it, and score without the marks it was trained with.'
      : 'It reads `[CLS] query [SEP] title [SEP] summary [SEP]` and answers one logit.',
    '',
    ...(figures.length > 0
      ? [
          '| row | MRR@10 | nDCG@10 | queries |',
          '| --- | --- | --- | --- |',
          ...figures,
          '',
          '95 % intervals over queries of the test split.',
          '',
        ]
      : []),
    `Made of: ${Object.entries(made.inputs)
      .map(([name, hash]) => `${name} \`${hash.slice(0, 12)}\``)
      .join(
        ', ',
      )} (content hashes of the stages' folders), code \`${made.code.slice(0, 12)}\`. nDCG@10 on validation: int8 ${short(int8.metrics.validation_ndcg10_int8)}, float32 ${short(int8.metrics.validation_ndcg10_fp32)}.`,
    '',
    '## Recipe',
    '',
    '```json',
    JSON.stringify(made.recipe, undefined, 1),
    '```',
    '',
    '## Files',
    '',
    '| file | bytes | sha256 |',
    '| --- | --- | --- |',
    ...[...files].map(([name, bytes]) => `| ${name} | ${bytes.byteLength} | ${sha256(bytes)} |`),
    '',
  ]
  return lines.join('\n')
}

const short = (value: unknown) => (typeof value === 'number' ? value.toFixed(4) : 'not known')
