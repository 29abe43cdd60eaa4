// `npm run start:pretrained [-- <folder of models>]`: the river of `npm start` with a teacher and a student that start from
// published weights. They are brought first: a river that cannot have them says so before it trains anything.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InputError } from '@disranker/stage'
import { findCheckpoint } from '../src/find-checkpoint.ts'
import { pretrainedModels as models } from '../src/pretrained-models.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

async function start([folder]: readonly string[]): Promise<void> {
  // npm runs this elsewhere than where the person is
  if (folder !== undefined) process.env.DISRANKER_MODELS = resolve(process.env.INIT_CWD ?? '.', folder)
  const missing: string[] = []
  for (const [role, model] of Object.entries(models)) {
    try {
      const found = await findCheckpoint(model, undefined)
      console.log(`start:pretrained: the ${role} starts from ${model.from}: ${found.folder}`)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      missing.push(`- ${model.from}, for the ${role}: ${error.message}`)
    }
  }
  if (missing.length > 0)
    throw new InputError(
      `What cannot be had:\n${missing.join('\n')}\nWanted: a connection to the hub (HF_ENDPOINT names a mirror; 270 MB for the teacher, 91 MB for the student), or a folder with one folder a model, each with config.json, tokenizer.json and model.safetensors: npm run start:pretrained -- <folder>, with ${Object.values(
        models,
      )
        .map(({ from }) => from.split('/')[1])
        .join(' and ')} in it. \`npm start\` needs neither.`,
    )
  const env = { ...process.env, DISRANKER_PRETRAINED: '1' }
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
  console.error(
    `start:pretrained: ${error instanceof InputError ? error.message : ((error as Error)?.stack ?? error)}`,
  )
  process.exitCode = 1
})
