// Compiles AssemblyScript, a subset of TypeScript for WebAssembly.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

const FLAGS = [
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--initialMemory', '1'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--enable', 'simd', '--use', 'abort='],
]

/**
 * @param folder of sources, with an index.ts that exports the kernels
 * @param flags of the compiler, in addition to those of all kernels
 * @throws {Error} the sources do not compile, with the compiler's message
 */
export async function compile(folder: string, flags: readonly string[]): Promise<Uint8Array> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  const sources = new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  let output: Uint8Array | undefined
  const messages: string[] = []
  const stream = { write: (text: string | Uint8Array) => messages.push(String(text)) > 0 }
  const { error } = await main(['index.ts', '--outFile', 'kernels.wasm', ...FLAGS, ...flags], {
    stdout: stream,
    stderr: stream,
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') output = contents
    },
    listFiles: () => [],
  })
  if (error || output === undefined)
    throw new Error(`The kernels in ${folder} do not compile:\n${messages.join('')}`, { cause: error })
  return Uint8Array.from(output)
}
