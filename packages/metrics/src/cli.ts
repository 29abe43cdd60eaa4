// `node src/cli.ts evaluate`, run by turbo: chooses the recipe and the folders. `npm run keep -- <name>` keeps what the
// stages ranked, for a later report to show beside what came after.
import { fileURLToPath } from 'node:url'
import { command, InputError } from '@disranker/stage'
import recipe from '../recipes/evaluate.ts'
import { evaluate } from './evaluate.ts'
import { keepRuns } from './kept-runs.ts'

const out = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const kept = out('metrics/kept')
const stages = {
  'two-tower': out('student/out/two-tower'),
  cpt: out('teacher/out/cpt'),
  sft: out('teacher/out/sft'),
  score: out('teacher/out/score'),
  labels: out('student/out/labels'),
  distil: out('student/out/distil'),
  quantize: out('onnx/out/quantize'),
}

await command({
  evaluate: (signal) =>
    evaluate({
      pairs: out('dataset/out/pairs'),
      stages,
      kept,
      out: out('metrics/out/evaluate'),
      recipe,
      signal,
    }),
  async keep() {
    const name = process.argv[3]
    if (name === undefined)
      throw new InputError('Say under which name: npm run keep -- <name>, for instance "without-weak".')
    console.log(`kept as ${name}: ${keepRuns(stages, kept, name).join(', ')}`)
  },
})
