// Compiles the AssemblyScript of ../kernels on first use and keeps the result in node_modules/.cache, named by the hash of
// what went in. Several processes may start at once: each writes its own temporary file and renames it.
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { webAssembly } from './web-assembly.ts'

const folder = fileURLToPath(new URL('../kernels/', import.meta.url))
const flags = [
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--initialMemory', '1'],
  ...['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--enable', 'simd', '--use', 'abort='],
]

export interface KernelCache {
  /** where compiled modules are kept; undefined keeps none */
  readonly folder?: string | undefined
}

/** The bytes of the side module, from the cache when this source was compiled before. */
export async function compiledKernels(
  cache: KernelCache = { folder: defaultCache() },
): Promise<Uint8Array<ArrayBuffer>> {
  const sources = readSources()
  const file = cache.folder && join(cache.folder, `kernels-${hash(sources)}.wasm`)
  const known = file && readIfThere(file)
  if (known) return known
  const bytes = await compile(sources)
  if (file) writeWhole(file, bytes)
  return bytes
}

function readSources(): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

function hash(sources: ReadonlyMap<string, string>): string {
  const { version } = createRequire(import.meta.url)('assemblyscript/package.json') as { version: string }
  return createHash('sha256')
    .update(JSON.stringify([version, flags, ...sources]))
    .digest('hex')
    .slice(0, 16)
}

async function compile(sources: ReadonlyMap<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const { main } = await import('assemblyscript/asc')
  let output: Uint8Array | undefined
  const messages: string[] = []
  const stream = { write: (text: string | Uint8Array) => messages.push(String(text)) > 0 }
  const { error } = await main(['index.ts', '--outFile', 'kernels.wasm', ...flags], {
    stdout: stream,
    stderr: stream,
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') output = contents
    },
    listFiles: () => [],
  })
  if (error || !output)
    throw new Error(`The kernels in ${folder} do not compile:\n${messages.join('')}`, { cause: error })
  return Uint8Array.from(output)
}

function readIfThere(file: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = Uint8Array.from(readFileSync(file))
    return webAssembly.validate(bytes) ? bytes : undefined
  } catch {
    return undefined
  }
}

/** A cache that cannot be written (read-only or full) only costs the next start its two seconds. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const own = `${file}.${randomUUID()}`
  if (!succeeds(() => mkdirSync(dirname(file), { recursive: true }))) return
  const written = succeeds(() => {
    writeFileSync(own, bytes)
    renameSync(own, file)
  })
  if (!written) succeeds(() => rmSync(own, { force: true }))
}

function succeeds(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}

/** In node_modules, with the compiler that made them, so that a new installation compiles them again. */
function defaultCache(): string {
  const compiler = createRequire(import.meta.url).resolve('assemblyscript/package.json')
  return join(dirname(compiler), '..', '.cache', 'disranker')
}
