// `node src/cli.ts example`, run by turbo.
import { fileURLToPath } from 'node:url'
import { command } from '@disranker/stage'
import recipe from '../recipes/example.ts'
import { example } from './example.ts'

const out = fileURLToPath(new URL('../out/example', import.meta.url))

await command({ example: (signal) => example({ out, recipe, signal }) })
