import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBucket } from './r2-bucket.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'r2-'))
  writeFileSync(join(home, 'config.json'), '{}')
})
afterAll(() => rmSync(home, { recursive: true }))

/** A bucket whose first writes lose their connection. */
function losing(times: number) {
  const written: [key: string, text: string][] = []
  const bucket = openBucket('models', {
    get: async () => null,
    async put(key, value) {
      if (times-- > 0) throw new Error('Network connection lost.')
      written.push([key, new TextDecoder().decode(value as Uint8Array)])
      return {}
    },
  })
  return { written, put: () => bucket.put('a/config.json', join(home, 'config.json')) }
}

it('writes a file again after a lost connection', async () => {
  const { put, written } = losing(1)
  await put()
  expect(written).toEqual([['a/config.json', '{}']])
})

it('names the file and the bucket if the connection is lost twice', async () => {
  const { put, written } = losing(2)
  await expect(put()).rejects.toThrow('a/config.json could not be put into models: Network connection lost.')
  expect(written).toEqual([])
})
