// Converts a trained student to a float32 ONNX bundle.
// Run: npx turbo run convert
import { join } from 'node:path'
import { type Manifest, runStage } from '@disranker/stage'
import { type BertConfig, readStaticBiEncoder } from '@disranker/transformer'
import { readModelFolder } from '@disranker/transformer/model-folder'
import { buildBundle, writeBundle } from './bundle.ts'

export interface ConvertOptions {
  /** a student folder: config.json, model.safetensors, tokenizer.json */
  readonly student: string
  readonly out: string
  readonly signal?: AbortSignal
}

export type StudentConfig = BertConfig & { readonly disranker: unknown }

/** Writes `bundle/`. */
export function convert({ student, out, signal }: ConvertOptions): Promise<Manifest> {
  return runStage({
    source: import.meta.url,
    name: 'convert',
    out,
    inputs: { student },
    recipe: { opset: 17, precision: 'fp32' },
    signal,
    async run({ folder }) {
      const files = buildBundle({ ...readStudentFolder(student), precision: 'fp32' })
      writeBundle(join(folder, 'bundle'), files)
      return { bytes: files['model.onnx.data']!.byteLength }
    },
  })
}

/** A student's folder with its static bi-encoder, if it has one. */
export function readStudentFolder(folder: string) {
  const model = readModelFolder<StudentConfig>(folder)
  return { ...model, staticBiEncoder: readStaticBiEncoder(folder, model.config) }
}
