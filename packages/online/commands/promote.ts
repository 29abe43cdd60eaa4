// `npm run promote -- <experiment> <bundle folder> [options of publish-model]`: serves the bundle that won an
// experiment, and refuses every other one. The bundle is uploaded to the R2 bucket, and Workers use it within
// a minute.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InputError } from '@disranker/stage'
import { promotable } from '../src/report/promotable.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const report = fileURLToPath(new URL('../out/experiment/experiment.json', import.meta.url))

try {
  const [name, folder, ...options] = process.argv.slice(2)
  if (name === undefined || folder === undefined || folder.startsWith('-'))
    throw new InputError(
      'Wanted: npm run promote -- <experiment> <bundle folder> [--id ..., --bucket ..., --local]',
    )
  // npm runs this in another folder than the user's
  const bundle = resolve(process.env.INIT_CWD ?? '.', folder)
  const { arm, reason, version } = promotable(report, bundle, name)
  console.log(`promote: ${arm}, version ${version}: ${reason}`)
  const { status } = spawnSync(
    'npm',
    ['run', 'publish-model', '--workspace', '@disranker/edge', '--', bundle, ...options],
    {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  )
  process.exitCode = status ?? 1
} catch (error) {
  console.error(
    `promote: ${error instanceof InputError ? error.message : ((error as Error)?.stack ?? error)}`,
  )
  process.exitCode = 1
}
