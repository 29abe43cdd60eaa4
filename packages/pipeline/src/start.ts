// `npm start [-- --pretrained [<folder of models>] [--fine-tune] [--student] [--decoder]]`: the pipeline on your own log, or on the
// embedded example, then the endpoint. Before anything trains it says which published encoder reads your documents and why, or
// that everything is trained from scratch. With --pretrained (`npm run start:pretrained`) published weights are wanted, for
// the example, too, and what cannot be had ends it at once.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findCheckpoint, type PretrainedRole, pretrainedModels } from '@disranker/checkpoint'
import { readPairs } from '@disranker/dataset'
import { ENCODER, FROM_SCRATCH, findEncoder, NO_ENCODER } from '@disranker/sentence-encoder'
import { findManifest, InputError, inCheckout } from '@disranker/stage'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const say = (line: string) => console.log(`start: ${line}`)

async function start(words: readonly string[]): Promise<void> {
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
  await bring(roles)
  run('turbo', 'run', 'pairs')
  process.env[ENCODER] = await encoderOf(pretrained)
  if (pretrained) process.env.DISRANKER_PRETRAINED = ['features', ...roles].join()
  run('turbo', 'run', 'train')
  run('npm', 'run', 'dev', '--workspace', '@disranker/edge')
}

/** @throws {InputError} naming all models that cannot be had */
async function bring(roles: readonly PretrainedRole[]): Promise<void> {
  const missing: string[] = []
  for (const role of roles) {
    const model = pretrainedModels[role]
    try {
      const found = await findCheckpoint(model, undefined)
      say(`the ${role} starts from ${model.from}: ${found.folder}`)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      missing.push(`- ${model.from}, for the ${role}: ${error.message}`)
    }
  }
  if (missing.length > 0) throw new InputError(wanted(missing))
}

const wanted = (missing: readonly string[]) =>
  `What cannot be had:\n${missing.join('\n')}\nWanted: a connection to the hub (HF_ENDPOINT names a mirror; 91 MB, 471 MB for languages other than English, with --decoder 270 MB more), or a folder with one folder a model, each with config.json, tokenizer.json and model.safetensors: npm run start:pretrained -- <folder>. \`npm start\` needs neither.`

/** What reads the documents, as the stages are told it. */
async function encoderOf(pretrained: boolean): Promise<string> {
  const folder = inCheckout({ home: 'dataset', name: 'pairs' })
  const example = findManifest(folder)?.metrics.simulatedClicks === true
  if (example && !pretrained) {
    say('the embedded example, with what npm brings: no published weights')
    return NO_ENCODER
  }
  const pairs = readPairs(folder)
  const found = await findEncoder(pairs.documents)
  pairs.close()
  if ('source' in found) {
    say(
      `${found.from} reads the documents, since ${found.why}; another one is named in packages/sentence-encoder/recipes/features.ts`,
    )
    return found.source.identity
  }
  if (pretrained) throw new InputError(wanted([`- ${found.missing}`]))
  say(`${found.missing} ${FROM_SCRATCH}`)
  return NO_ENCODER
}

function run(command: string, ...words: readonly string[]): void {
  const { status } = spawnSync(command, words, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}

start(process.argv.slice(2)).catch((error: unknown) => {
  const expected =
    error instanceof InputError || String((error as { code?: string })?.code).startsWith('ERR_PARSE_ARGS')
  console.error(`start: ${expected ? (error as Error).message : ((error as Error)?.stack ?? error)}`)
  process.exitCode = 1
})
