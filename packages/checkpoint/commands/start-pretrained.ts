// `npm run start:pretrained [-- <folder of models>] [--student] [--decoder]`: the river of `npm start` with a teacher that starts
// from published weights, and a student or a decoder that do. They are brought first: a river that cannot have them says so
// before it trains anything.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { InputError } from '@disranker/stage'
import { findCheckpoint } from '../src/find-checkpoint.ts'
import { pretrainedModels as models, type PretrainedRole } from '../src/pretrained-models.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

async function start(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { student: { type: 'boolean' }, decoder: { type: 'boolean' } },
    allowPositionals: true,
  })
  const [folder] = positionals
  // npm runs this elsewhere than where the person is
  if (folder !== undefined) process.env.DISRANKER_MODELS = resolve(process.env.INIT_CWD ?? '.', folder)
  const roles: PretrainedRole[] = ['bi-encoder']
  for (const role of ['student', 'decoder'] as const) if (values[role]) roles.push(role)
  const missing: string[] = []
  for (const role of roles) {
    const model = models[role]
    try {
      const found = await findCheckpoint(model, undefined)
      console.log(`start:pretrained: the ${role} starts from ${model.from}: ${found.folder}`)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      missing.push(`- ${model.from}, for the ${role}: ${error.message}`)
    }
  }
  if (missing.length > 0) {
    const names = new Set(roles.map((role) => models[role].from.split('/')[1]))
    throw new InputError(
      `What cannot be had:\n${missing.join('\n')}\nWanted: a connection to the hub (HF_ENDPOINT names a mirror; 91 MB, with --decoder 270 MB more), or a folder with one folder a model, each with config.json, tokenizer.json and model.safetensors: npm run start:pretrained -- <folder>, with ${[...names].join(' and ')} in it. \`npm start\` needs neither.`,
    )
  }
  const env = { ...process.env, DISRANKER_PRETRAINED: roles.join() }
  for (const words of [
    ['turbo', 'run', 'train'],
    ['npm', 'run', 'dev', '--workspace', '@disranker/edge'],
  ]) {
    const [command, ...rest] = words as [string, ...string[]]
    const { status } = spawnSync(command, rest, {
      cwd: root,
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    if (status !== 0) process.exit(status ?? 1)
  }
}

start(process.argv.slice(2)).catch((error: unknown) => {
  const expected =
    error instanceof InputError || String((error as { code?: string })?.code).startsWith('ERR_PARSE_ARGS')
  console.error(
    `start:pretrained: ${expected ? (error as Error).message : ((error as Error)?.stack ?? error)}`,
  )
  process.exitCode = 1
})
