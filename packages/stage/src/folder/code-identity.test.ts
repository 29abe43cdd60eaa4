import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readCode } from './code-identity.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'code-'))
  for (const folder of ['src/parts', 'src/sql', 'src/kernels', 'node_modules/@somebody/else'])
    mkdirSync(join(home, folder), { recursive: true })
  write(
    'src/stage.ts',
    "import { part } from './parts/index.ts'\nimport { other } from '@somebody/else'\nexport const a = part + other\n",
  )
  write('src/parts/index.ts', "export { x as part } from './x.ts'\nexport { y } from './unused.ts'\n")
  write('src/parts/x.ts', 'export const x = 1\n')
  write('src/parts/unused.ts', 'export const y = 1\n')
  write('node_modules/@somebody/else/package.json', '{ "version": "1.2.3" }')
})
afterEach(() => rmSync(home, { recursive: true }))
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(home, name), text)
const read = async () => {
  const code = await readCode(pathToFileURL(join(home, 'src/stage.ts')).href)
  // the paths are those from the checkout
  return Object.fromEntries(Object.entries(code).map(([name, hash]) => [name.split('/src/').at(-1)!, hash]))
}

it('is the modules whose exports are used, and the versions of the packages that they import', async () => {
  const code = await read()
  expect(Object.keys(code).sort()).toEqual(['@somebody/else', 'parts/x.ts', 'stage.ts'])
  expect(code['@somebody/else']).toBe('1.2.3')
})

it('does not change with comments, types, white space or what is not reached', async () => {
  const before = await read()
  write('src/parts/unused.ts', 'export const y = 2\n')
  write(
    'src/parts/x.ts',
    '/** a reason */\nexport type X = number\nexport const x: X = /* one */ 1 // here\n',
  )
  expect(await read()).toEqual(before)
})

it('names the module that changed, and no other', async () => {
  const before = await read()
  write('src/parts/x.ts', 'export const x = 2\n')
  const after = await read()
  expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(['parts/x.ts'])
})

it('takes a comment in a text for what it is, a part of the text', async () => {
  write('src/parts/x.ts', "export const x = 'a // b'\n")
  const before = await read()
  write('src/parts/x.ts', "export const x = 'a // c'\n")
  expect(await read()).not.toEqual(before)
})

it('holds what a module opens by its address: threads with what they reach, WebAssembly, SQL', async () => {
  write(
    'src/parts/x.ts',
    [
      "export const x = new URL('./other-thread.ts', import.meta.url)",
      "export const kernels = new URL('../kernels/add.wasm', import.meta.url)",
      `export const sql = (name: string) => new URL(\`../sql/\${name}.sql\`, import.meta.url)`,
      "export const fetched = new URL('../../.cache/', import.meta.url)",
    ].join('\n'),
  )
  write('src/parts/other-thread.ts', "import { y } from './unused.ts'\nconsole.log(y)\n")
  write('src/kernels/add.wasm', Uint8Array.of(0, 97, 115, 109, 200))
  write('src/sql/all.sql', '-- one\nSELECT 1\n')
  const before = await read()
  expect(Object.keys(before)).toEqual(
    expect.arrayContaining(['kernels/add.wasm', 'parts/other-thread.ts', 'parts/unused.ts', 'sql/all.sql']),
  )
  write('src/sql/all.sql', '-- all\n  SELECT\n  1\n')
  expect(await read()).toEqual(before)
  // no text in UTF-8, so that both are the same character there
  write('src/kernels/add.wasm', Uint8Array.of(0, 97, 115, 109, 201))
  write('src/sql/all.sql', 'SELECT 2\n')
  const after = await read()
  expect(
    Object.keys(after)
      .filter((name) => after[name] !== before[name])
      .sort(),
  ).toEqual(['kernels/add.wasm', 'sql/all.sql'])
})

it('says what is wrong with a module that cannot be read', async () => {
  write('src/parts/x.ts', 'export const x = \n')
  await expect(read()).rejects.toThrow(/Unexpected end of file|Unexpected/)
})
