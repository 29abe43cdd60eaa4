// `npm start [-- --pretrained [<folder of models>] [--fine-tune] [--student] [--decoder]]`: the pipeline on your own log, or on the
// embedded example, then the endpoint. Before anything trains it says which published encoder reads your documents and why, or
// that everything is trained from scratch. With --pretrained (`npm run start:pretrained`) published weights are wanted, for
// the example, too, and what cannot be had ends it at once.
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
  // npm runs this elsewhere than where the person is
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
