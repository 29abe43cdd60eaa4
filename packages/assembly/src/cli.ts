// Compiles all kernels into the files that the packages open.
// Run: npm run compile --workspace @disranker/assembly
import { writeFileSync } from 'node:fs'
import { compiledFiles } from './compiled-files.ts'

for (const [path, bytes] of await compiledFiles()) writeFileSync(path, bytes)
