// `node src/cli.ts evaluate`, run by turbo: chooses the recipe and the folders.
import { fileURLToPath } from 'node:url'
import { command } from '@disranker/stage'
import recipe from '../recipes/evaluate.ts'
import { evaluate } from './evaluate.ts'

const out = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

await command({
  evaluate: (signal) =>
    evaluate({
      pairs: out('dataset/out/pairs'),
      rows: {
        two_tower: out('student/out/two-tower'),
        teacher: out('teacher/out/score'),
        student_labels: out('student/out/labels'),
        student: out('student/out/distil'),
        student_int8: out('onnx/out/quantize'),
      },
      curves: {
        cpt: out('teacher/out/cpt'),
        sft: out('teacher/out/sft'),
        labels: out('student/out/labels'),
        distil: out('student/out/distil'),
      },
      out: out('metrics/out/evaluate'),
      recipe,
      signal,
    }),
})
