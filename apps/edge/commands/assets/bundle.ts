// `npm run bundle [-- <folder of stages> <out>]`: makes dist/, the static assets of the Worker, from the int8
// bundle and the example corpus.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeDist } from './make-dist.ts'

const packages = fileURLToPath(new URL('../../../../packages/', import.meta.url))
const [stages, out = fileURLToPath(new URL('../../dist', import.meta.url))] = process.argv.slice(2)
const stage = (home: string, name: string) =>
  stages === undefined ? join(packages, home, 'out', name) : join(stages, name)

try {
  const { documents, queries } = await makeDist({
    quantize: stage('onnx', 'quantize'),
    vectors: stage('onnx', 'vectors'),
    pairs: stage('dataset', 'pairs'),
    evaluate: stage('metrics', 'evaluate'),
    example: stage('example', 'example'),
    experiments: fileURLToPath(new URL('../../experiments.json', import.meta.url)),
    out,
  })
  console.log(`bundle: model, ${documents.length} documents and ${queries.length} sample queries -> ${out}`)
} catch (error) {
  console.error(`bundle: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
