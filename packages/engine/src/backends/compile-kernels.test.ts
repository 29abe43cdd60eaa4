import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compiledKernels } from './compile-kernels.ts'

const folder = mkdtempSync(join(tmpdir(), 'kernels-'))
afterAll(() => rmSync(folder, { recursive: true }))

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

test('starts at the same moment leave one whole file; a damaged one is made anew', async () => {
  const [first, second] = await Promise.all([compiledKernels({ folder }), compiledKernels({ folder })])
  expect(second).toEqual(first)
  const [name, ...others] = readdirSync(folder)
  expect(others).toEqual([])
  const file = join(folder, name!)
  expect(new Uint8Array(readFileSync(file))).toEqual(first)

  writeFileSync(file, first.subarray(0, 1000))
  expect(await compiledKernels({ folder })).toEqual(first)
  expect(new Uint8Array(readFileSync(file))).toEqual(first)
})

test('a cache that cannot be written does no harm', async () => {
  const blocked = join(folder, 'file')
  writeFileSync(blocked, '')
  expect((await compiledKernels({ folder: join(blocked, 'below') })).length).toBeGreaterThan(1000)
})

test('the module brings no data: on a shared heap it would overwrite what lies there', async () => {
  const found = sections(await compiledKernels({ folder }))
  const [code, data] = [10, 11]
  expect(found).toContain(code)
  expect(found).not.toContain(data)
})
