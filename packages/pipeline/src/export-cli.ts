// `npm run export -- --to sentence-transformers
// flagembedding
// trl [--out folder]`: exports pairs, groups and scores of this checkout in the file formats of other
// trainers. apps/docs/pages/beyond-one-machine.md describes their use.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findManifest, findStage, InputError, inCheckout, runProgram } from '@disranker/stage'
import { exportTo, FORMATS, type Format } from '@disranker/teacher'
import { pipeline } from './pipeline.ts'

const at = (name: string) => inCheckout(findStage(pipeline, name))

function run(words: string[]): void {
  const { values } = parseArgs({
    args: words,
    options: {
      to: { type: 'string' },
      out: { type: 'string' },
      pairs: { type: 'string' },
      scores: { type: 'string' },
    },
  })
  const to = values.to as Format
  if (!FORMATS.includes(to))
    throw new InputError(`Wanted: npm run export -- --to ${FORMATS.join('|')} [--out folder]`)
  const out = values.out ?? fileURLToPath(new URL(`../../teacher/out/export/${to}`, import.meta.url))
  const scores = values.scores ?? at('score')
  const scored = to !== 'trl' && findManifest(scores) !== undefined
  if (to !== 'trl' && !scored) console.log(`export: ${scores} is not complete: grades alone, without scores`)
  const counts = exportTo({ to, pairs: values.pairs ?? at('pairs'), out, ...(scored && { scores }) })
  for (const [file, lines] of Object.entries(counts)) console.log(`export: ${file}, ${lines} lines`)
  console.log(`export: -> ${out}`)
}

await runProgram('export', run)
