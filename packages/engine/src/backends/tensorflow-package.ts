// Where TensorFlow's own library is kept for TensorFlow.js: a folder beside this package that `npm run setup:node` and
// `setup:gpu` fill. It is none of npm's: what nothing in the lock file names, the next `npm install` removes.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type TensorflowName = 'gpu' | 'node'

export const TENSORFLOW_PACKAGES = {
  gpu: '@tensorflow/tfjs-node-gpu',
  node: '@tensorflow/tfjs-node',
} as const

/** of both packages: that of the @tensorflow/tfjs which this package uses */
export const TENSORFLOW_VERSION = '4.22.0'

/** The folder of an installation of its own, with node_modules in it. */
export const tensorflowFolder = (name: TensorflowName): string =>
  fileURLToPath(new URL(`../../.cache/tensorflow-${name}/`, import.meta.url))

/** The package's folder there. */
export const packageFolder = (name: TensorflowName): string =>
  join(tensorflowFolder(name), 'node_modules', TENSORFLOW_PACKAGES[name])

/** Whether the package is there; it may still not load. */
export const isInstalled = (name: TensorflowName): boolean =>
  existsSync(join(packageFolder(name), 'package.json'))

/** The file to import, for `isInstalled` packages. */
export function packageEntry(name: TensorflowName): string {
  const { resolve } = createRequire(join(tensorflowFolder(name), 'package.json'))
  return resolve(TENSORFLOW_PACKAGES[name])
}
