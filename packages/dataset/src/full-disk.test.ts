// A disk that is really full: the kernel's /dev/full, and a small file system where one may be mounted.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { afterAll, beforeAll, expect, it } from 'vitest'
import recipe from '../recipes/example.ts'
import { example } from './example.ts'
import { writeRun } from './runs.ts'
import { isDiskFull, openDatabase } from './table.ts'

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

it.skipIf(!existsSync('/dev/full'))('leaves no file when the disk is full', () => {
  const file = join(home, 'a.run')
  symlinkSync('/dev/full', `${file}.part`)
  expect(() => writeRun(file, new Map([['q', [{ document: 'd', score: 1 }]]]), 'tag')).toThrow(/ENOSPC/)
  expect(readdirSync(home)).toEqual(['disk'])
})

it('knows what the database says when there is no room to spill to', async (test) => {
  test.skip(!mounted, 'no file system can be mounted here')
  const { connection, close } = await openDatabase(join(disk(), 'scratch'), '40MB')
  const spill = () =>
    connection.run('CREATE TABLE big AS SELECT r, md5(r::VARCHAR) AS text FROM range(3000000) AS rows(r)')
  const failure = await spill().catch((error: unknown) => error)
  close()
  rmSync(join(disk(), 'scratch'), { recursive: true })
  expect(failure).toBeInstanceOf(Error)
  expect(isDiskFull(failure)).toBe(true)
  expect(isDiskFull(new Error('Parser Error'))).toBe(false)
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
