// The compiled files, their sources and their locations.
import { fileURLToPath } from 'node:url'
import { compile } from './compile.ts'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const THREADED = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads']
const RELAXED = ['--enable', 'relaxed-simd']

/** Every file that is made from kernels, by its path. */
export async function compiledFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const fused = at('fused-encoder/src/kernels')
  const [training, exact, relaxed] = [
    await compile(at('engine/src/kernels'), THREADED),
    await compile(fused, []),
    await compile(fused, RELAXED),
  ]
  return new Map([
    [at('engine/src/backends/kernels.wasm'), training],
    // for Workers, which accept only modules that were compiled before
    [at('fused-encoder/src/exact.wasm'), exact],
    [at('fused-encoder/src/relaxed.wasm'), relaxed],
    // for all others
    [at('fused-encoder/src/embedded.ts'), Buffer.from(embedded({ exact, relaxed }))],
  ])
}

/** Modules as base64. */
function embedded(modules: Readonly<Record<string, Uint8Array>>): string {
  const lines = Object.entries(modules).map(
    ([form, bytes]) => `export const ${form} =\n  '${Buffer.from(bytes).toString('base64')}'\n`,
  )
  return `// Made by packages/assembly: the kernels as base64.\n${lines.join('')}`
}
