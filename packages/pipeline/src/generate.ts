// `npm run generate`: writes the files that are derived from the list of stages. A test fails when they are
// stale.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pipeline } from './pipeline.ts'
import { generatedFiles } from './turbo-tasks.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

for (const [path, text] of generatedFiles(root, pipeline)) {
  writeFileSync(join(root, path), text)
  console.log(`generate: ${path}`)
}
