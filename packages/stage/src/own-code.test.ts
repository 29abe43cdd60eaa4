import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hashOwnCode, reachedModules } from './own-code.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'own-code-'))
  mkdirSync(join(home, 'parts'))
  write(
    'stage.ts',
    "import { part } from './parts/part.ts'\nimport { other } from '@somebody/else'\nexport const a = part + other\n",
  )
  write('parts/part.ts', "// a reason\nexport { x as part } from './x.ts'\n")
  write('parts/x.ts', 'export const x = 1\n')
  write('parts/unused.ts', 'export const y = 1\n')
})
afterEach(() => rmSync(home, { recursive: true }))
const write = (name: string, text: string) => writeFileSync(join(home, name), text)
const hash = () => hashOwnCode(pathToFileURL(join(home, 'stage.ts')).href)

it('is the module and what it reaches in its own package', () => {
  expect(reachedModules(join(home, 'stage.ts'))).toEqual(
    ['parts/part.ts', 'parts/x.ts', 'stage.ts'].map((name) => join(home, name)),
  )
})

it('changes with the code, not with comments or what it does not reach', () => {
  const before = hash()
  write('parts/unused.ts', 'export const y = 2\n')
  write('parts/part.ts', "// another reason\n/**\n * and more\n */\n\nexport { x as part } from './x.ts'\n")
  expect(hash()).toBe(before)
  write('parts/x.ts', 'export const x = 2\n')
  expect(hash()).not.toBe(before)
})
