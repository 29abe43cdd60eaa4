import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compile } from './compile.ts'
import { compiledFiles } from './compiled-files.ts'

const files = await compiledFiles()

/** The numbers of a module's sections, in order. */
function sections(bytes: Uint8Array): number[] {
  const found: number[] = []
  for (let at = 8; at < bytes.length; ) {
    found.push(bytes[at++]!)
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      size |= (byte & 127) << shift
      if (byte < 128) break
    }
    at += size
  }
  return found
}

test.for([...files.keys()].map((path) => [basename(path), path] as const))(
  '%s is what the sources compile to',
  ([, path]) => {
    // else: npm run compile --workspace @disranker/assembly
    expect(Buffer.compare(readFileSync(path), files.get(path)!)).toBe(0)
  },
)

test('the module of the training kernels brings no data: on a shared heap it would overwrite what lies there', () => {
  const training = [...files].find(([path]) => basename(path) === 'kernels.wasm')![1]
  const found = sections(training)
  const [code, data] = [10, 11]
  expect(found).toContain(code)
  expect(found).not.toContain(data)
})

test('sources that do not compile are told with what the compiler says', async () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  await expect(compile(folder, [])).rejects.toThrow(`The kernels in ${folder} do not compile:\n`)
})
