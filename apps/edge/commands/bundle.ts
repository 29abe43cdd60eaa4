// `npm run bundle`: the int8 bundle and the example corpus become dist/, the static assets of the Worker.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assemble } from './assemble.ts'
import { readExample } from './example.ts'
import { checkVerdict } from './verdict.ts'

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url))
const out = fileURLToPath(new URL('../dist', import.meta.url))
const quantize = join(packages, 'onnx', 'out', 'quantize')
const pairs = join(packages, 'dataset', 'out', 'pairs')

try {
  // a stage writes its manifest last, so a folder that has one is complete
  for (const folder of [quantize, pairs])
    if (!existsSync(join(folder, 'manifest.json')))
      throw new Error(`${relative(process.cwd(), folder)} is not complete. Run "npx turbo run train" first.`)
  checkVerdict(join(packages, 'metrics', 'out', 'evaluate'), quantize)
  const example = await readExample(pairs, join(packages, 'example', 'out', 'example'))
  await assemble({ bundle: join(quantize, 'bundle'), example, out })
  console.log(
    `bundle: model, ${example.documents.length} documents and ${example.queries.length} sample queries -> ${out}`,
  )
} catch (error) {
  console.error(`bundle: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
