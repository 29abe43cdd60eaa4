// The folder of TensorFlow's own library for TensorFlow.js; `npm run setup:node` and `setup:gpu` fill it. It
// is outside npm's folders, because `npm install` removes packages that the lock file does not name.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type TensorflowName = 'gpu' | 'node'

export const TENSORFLOW_PACKAGES = {
  gpu: '@tensorflow/tfjs-node-gpu',
  node: '@tensorflow/tfjs-node',
} as const

/** version of both packages: the same as the @tensorflow/tfjs in use */
export const TENSORFLOW_VERSION = '4.22.0'

/** The folder of a separate installation, with node_modules in it. */
export const tensorflowFolder = (name: TensorflowName): string =>
  fileURLToPath(new URL(`../../../.cache/tensorflow-${name}/`, import.meta.url))

/** The package's folder there. */
export const packageFolder = (name: TensorflowName): string =>
  join(tensorflowFolder(name), 'node_modules', TENSORFLOW_PACKAGES[name])

/** Whether the package is installed; it may still fail to load. */
export const isInstalled = (name: TensorflowName): boolean =>
  existsSync(join(packageFolder(name), 'package.json'))

/** The file to import, for `isInstalled` packages. */
export function packageEntry(name: TensorflowName): string {
  const { resolve } = createRequire(join(tensorflowFolder(name), 'package.json'))
  return resolve(TENSORFLOW_PACKAGES[name])
}
