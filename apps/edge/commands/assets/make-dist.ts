// Makes the dist/ of a checkout, if the report allows the model to be served. A refusal withdraws the dist/
// of the last model, which would otherwise be served and deployed instead of the refused one.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Example } from '../../page/example.ts'
import { assemble } from './assemble.ts'
import { readExample } from './example.ts'
import { checkVerdict } from './verdict.ts'

export interface Made {
  /** folders of the stages */
  readonly quantize: string
  /** of the stage that adds a sentence encoder to the bundle, if it ran; it may have done no work */
  readonly vectors?: string
  readonly pairs: string
  readonly evaluate: string
  readonly example: string
  /** the file of experiments, if there is one */
  readonly experiments?: string
  readonly out: string
}

/**
 * @throws {Error} when a stage is not complete, or the model may not be bundled; the last `out` is then
 * renamed to `<out>.stale`
 */
export async function makeDist(made: Made): Promise<Example> {
  const { quantize, vectors, pairs, evaluate, example: folder, experiments, out } = made
  let bundle: string
  try {
    checkVerdict({ pairs, quantize, evaluate })
    bundle = join(vectors !== undefined && isOf(vectors, quantize) ? vectors : quantize, 'bundle')
  } catch (error) {
    rmSync(`${out}.stale`, { recursive: true, force: true })
    if (existsSync(out)) renameSync(out, `${out}.stale`)
    throw error
  }
  const example = await readExample(pairs, folder, join(quantize, 'runs'))
  await assemble({
    bundle,
    example,
    out,
    ...(experiments !== undefined && { experiments: readFileSync(experiments, 'utf8') }),
  })
  return example
}

/** Whether the stage `vectors` wrote a bundle, with the student of `quantize`. */
function isOf(vectors: string, quantize: string): boolean {
  if (!existsSync(join(vectors, 'bundle', 'manifest.json'))) return false
  const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  if (read(vectors).inputs?.quantized === read(quantize).content) return true
  throw new Error('The bundle with vectors is of another student. Run "npx turbo run vectors" first.')
}
