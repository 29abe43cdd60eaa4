// Installs @tensorflow/tfjs-node in a separate folder, without another copy of TensorFlow.js, which would be
// a second engine. npm passes its configuration in variables, so they stay in the environment of the npm that
// is started here: it runs under another Node, next to which there is no global npmrc.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  TENSORFLOW_PACKAGES,
  TENSORFLOW_VERSION,
  type TensorflowName,
  tensorflowFolder,
} from '../backends/tensorflow/tensorflow-package.ts'

/** ms; a download of 400 MB that takes longer has failed */
const PATIENCE = 1_800_000

/**
 * @param scripts whether its install script runs, which downloads libtensorflow and the binding
 * @param folder is replaced
 * @returns npm's output, if it failed
 */
export function installPackage(
  name: TensorflowName,
  scripts: boolean,
  folder = tensorflowFolder(name),
): string | undefined {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const npm = process.env.npm_execpath
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm']
  const { status, error, stderr } = spawnSync(
    command!,
    [
      ...[
        ...first,
        'install',
        '--prefix',
        folder,
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      ...[`--ignore-scripts=${!scripts}`, `${TENSORFLOW_PACKAGES[name]}@${TENSORFLOW_VERSION}`],
    ],
    { cwd: folder, encoding: 'utf8', timeout: PATIENCE, shell: !npm && process.platform === 'win32' },
  )
  if (error || status !== 0) {
    rmSync(folder, { recursive: true, force: true })
    return error?.message ?? stderr.trim()
  }
  const ours = join(folder, 'node_modules', '@tensorflow')
  for (const each of readdirSync(ours))
    if (each !== basename(TENSORFLOW_PACKAGES[name])) rmSync(join(ours, each), { recursive: true })
  return undefined
}
