// A stage on a disk that is really full: a small file system, where one may be mounted.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { afterAll, beforeAll, expect, it } from 'vitest'
import recipe from '../recipes/example.ts'
import { example } from './example.ts'

let home: string
let mounted = false
const disk = () => join(home, 'disk')
const mount = (...options: string[]) => spawnSync('mount', options).status === 0

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'full-disk-'))
  mkdirSync(disk())
  mounted = mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk())
})
afterAll(() => {
  if (mounted) spawnSync('umount', [disk()])
  rmSync(home, { recursive: true })
})

it('says that the disk is full, leaves nothing that looks finished, and completes once there is room', async (test) => {
  // mounting needs root
  test.skip(!mounted, 'no file system can be mounted here')
  const out = join(disk(), 'example')
  const failure = await example({ out, recipe }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(InputError)
  expect((failure as Error).message).toMatch(
    /example could not write its result: the disk is full\. Free some space/,
  )
  expect(existsSync(out)).toBe(false)
  expect(readdirSync(`${out}.tmp`).filter((name) => name.endsWith('.part'))).toEqual([])
  expect(mount('-o', 'remount,size=200m', disk())).toBe(true)
  const manifest = await example({ out, recipe })
  expect(manifest.metrics.documents).toBe(939)
})
