// A disk that is really full: the kernel's /dev/full, and a small file system where one may be mounted.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeRun } from '../runs/runs.ts'
import { isDiskFull, openDatabase } from './database.ts'

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
  const { connection, close } = await openDatabase(join(disk(), 'scratch'), { memory: '40MB' })
  const spill = () =>
    connection.run('CREATE TABLE big AS SELECT r, md5(r::VARCHAR) AS text FROM range(3000000) AS rows(r)')
  const failure = await spill().catch((error: unknown) => error)
  close()
  rmSync(join(disk(), 'scratch'), { recursive: true })
  expect(failure).toBeInstanceOf(Error)
  expect(isDiskFull(failure)).toBe(true)
  expect(isDiskFull(new Error('Parser Error'))).toBe(false)
})
