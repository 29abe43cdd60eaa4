// Compiles the binding between TensorFlow.js and a libtensorflow: two files of C++ and one call of the
// compiler; the package itself would download a build system and the headers of Node.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InputError } from '@disranker/stage'
import type { OwnLibrary } from './own-library.ts'

/**
 * @param module folder of @tensorflow/tfjs-node
 * @param library stays in its folder, from which the binding loads it
 * @throws {InputError} when there is no compiler, no headers of Node, or it does not compile
 */
export function buildBinding(module: string, { include, folder, files }: OwnLibrary): void {
  if (process.platform === 'win32')
    throw new InputError(
      'DISRANKER_LIBTENSORFLOW is for Linux and macOS. Unset it: the setup then downloads a library.',
    )
  const compiler = process.env.CXX || 'c++'
  const out = join(module, 'lib', 'napi-v8')
  mkdirSync(out, { recursive: true })
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(module, 'binding', name))
  const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']
  const { error, status, stderr } = spawnSync(
    compiler,
    [
      ...[...shared, '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
      ...[nodeHeaders(), module, join(module, '..'), include].map((path) => `-I${path}`),
      ...[...sources, '-o', join(out, 'tfjs_binding.node')],
      ...[...files.map((name) => join(folder, name)), `-Wl,-rpath,${folder}`],
    ],
    { encoding: 'utf8' },
  )
  if (error)
    throw new InputError(
      `The compiler ${compiler} does not start (${error.message}). Install g++ or clang++, or name one in CXX.`,
    )
  if (status !== 0)
    throw new InputError(`${compiler} did not compile the binding of TensorFlow.js:\n${stderr}`)
}

/** Next to the running node, as in its releases and npm packages, or in the folder of Linux distributions. */
function nodeHeaders(): string {
  const ofNode = join(dirname(realpathSync(process.execPath)), '..', 'include', 'node')
  const places = [ofNode, '/usr/include/node', '/usr/include/nodejs/src']
  const found = places.find((path) => existsSync(join(path, 'node_api.h')))
  if (found === undefined)
    throw new InputError(
      `Node's headers (node_api.h) are in none of ${places.join(', ')}. Run the setup by npm, whose Node has them, or install them (Debian: libnode-dev).`,
    )
  return found
}
