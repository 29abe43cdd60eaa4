// `npm start [-- --pretrained [<folder of models>] [--fine-tune] [--student] [--decoder]]`: the pipeline on
// your own log, or on the embedded example, then the endpoint. Before any training it prints which published
// encoder is used for your documents and why, or that everything is trained from scratch. With --pretrained
// (`npm run start:pretrained`) published weights are required, for the example, too, and a missing model ends
// the run at once.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { PretrainedRole } from '@disranker/checkpoint'
import { InputError, runProgram } from '@disranker/stage'
import { bringWeights } from './start/find-weights.ts'
import { trainAndServe } from './start/train-and-serve.ts'

async function start(words: readonly string[]): Promise<number> {
  const flag = { type: 'boolean' } as const
  const { values, positionals } = parseArgs({
    args: [...words],
    options: {
      pretrained: flag,
      'fine-tune': flag,
      student: flag,
      decoder: flag,
    },
    allowPositionals: true,
  })
  const [folder] = positionals
  // npm runs this in another folder than the user's
  if (folder !== undefined) process.env.DISRANKER_MODELS = resolve(process.env.INIT_CWD ?? '.', folder)
  const { pretrained = false } = values
  const roles: PretrainedRole[] = []
  if (values['fine-tune']) roles.push('bi-encoder')
  for (const role of ['student', 'decoder'] as const) if (values[role]) roles.push(role)
  if (!pretrained && (roles.length > 0 || folder !== undefined))
    throw new InputError(
      'A folder of models, --fine-tune, --student and --decoder are for `npm run start:pretrained`.',
    )
  await bringWeights(roles, (line) => console.log(`start: ${line}`))
  if (pretrained) process.env.DISRANKER_PRETRAINED = ['features', ...roles].join()
  return trainAndServe({ pretrained })
}

await runProgram('start', start)
