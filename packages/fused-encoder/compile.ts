// Compiles the AssemblyScript of src/kernels into src/exact.wasm and src/relaxed.wasm, for Workers, which accept only
// modules that were compiled before, and into src/embedded.ts, for all others. The results are in the repository, so that users
// need not compile them; compile.test.ts fails when they differ from what the sources give.
// Run: npm run compile --workspace @disranker/fused-encoder
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const folder = fileURLToPath(new URL('src/kernels/', import.meta.url))
const FLAGS = [
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--initialMemory', '1'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--enable', 'simd', '--use', 'abort='],
]
export const FORMS = ['exact', 'relaxed'] as const

/** @throws {Error} the sources do not compile, with what the compiler says */
export async function compile(form: (typeof FORMS)[number]): Promise<Uint8Array> {
  const sources = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [name, readFileSync(`${folder}${name}`, 'utf8')]),
  )
  let output: Uint8Array | undefined
  const messages: string[] = []
  const stream = { write: (text: string | Uint8Array) => messages.push(String(text)) > 0 }
  const flags = form === 'relaxed' ? [...FLAGS, '--enable', 'relaxed-simd'] : FLAGS
  const { error } = await main(['index.ts', '--outFile', 'kernels.wasm', ...flags], {
    stdout: stream,
    stderr: stream,
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') output = contents
    },
    listFiles: () => [],
  })
  if (error || output === undefined)
    throw new Error(`The kernels in ${folder} do not compile:\n${messages.join('')}`, { cause: error })
  return Uint8Array.from(output)
}

/** src/embedded.ts: both forms as base64. */
export function embedded(modules: Readonly<Record<(typeof FORMS)[number], Uint8Array>>): string {
  const lines = FORMS.map(
    (form) => `export const ${form} =\n  '${Buffer.from(modules[form]).toString('base64')}'\n`,
  )
  return `// Made by compile.ts: the kernels as base64.\n${lines.join('')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = (name: string) => fileURLToPath(new URL(`src/${name}`, import.meta.url))
  const modules = { exact: await compile('exact'), relaxed: await compile('relaxed') }
  for (const form of FORMS) writeFileSync(at(`${form}.wasm`), modules[form])
  writeFileSync(at('embedded.ts'), embedded(modules))
}
