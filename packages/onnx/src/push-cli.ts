// `npm run push -- owner/name`, or `npx turbo run push -- owner/name`: uploads the trained student, or with
// --teacher the trained teacher, to a repository of the hub, which is created as private. HF_TOKEN and
// HF_ENDPOINT are those of Hugging Face's own tools.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { hubSettings, pushModel } from '@disranker/checkpoint'
import { InputError, runProgram } from '@disranker/stage'
import { studentFiles, teacherFiles } from './push/hub-files.ts'

const USAGE = 'push owner/name [--teacher] [--licence apache-2.0] [--language en]'
const packages = fileURLToPath(new URL('../../', import.meta.url))

async function run(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      licence: { type: 'string' },
      language: { type: 'string', multiple: true },
      teacher: { type: 'boolean', default: false },
    },
  })
  const [repository, ...more] = positionals
  if (repository === undefined || more.length > 0) throw new InputError(`Wanted: ${USAGE}`)
  const published = {
    report: `${packages}metrics/out/evaluate/report.json`,
    licence: values.licence,
    languages: values.language,
  }
  const files = values.teacher
    ? await teacherFiles({ teacher: `${packages}teacher/out/sft`, ...published })
    : await studentFiles({
        student: `${packages}student/out/distil`,
        converted: `${packages}onnx/out/convert`,
        quantized: `${packages}onnx/out/quantize`,
        pairs: `${packages}dataset/out/pairs`,
        repository,
        ...published,
      })
  const { url } = await pushModel({
    repository,
    files,
    settings: hubSettings(process.env),
    title: `A ${values.teacher ? 'teacher of rerankers' : 'reranker'} made with DisRanker`,
  })
  console.log(`push: ${files.size} files -> ${url}`)
}

await runProgram('push', run)
