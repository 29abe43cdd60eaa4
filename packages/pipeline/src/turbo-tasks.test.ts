// turbo.json, the packages' scripts and the README's picture are what the list of stages says.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { moduleOf } from '@disranker/stage'
import { expect, it } from 'vitest'
import { pipeline } from './pipeline.ts'
import { generatedFiles } from './turbo-tasks.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

it.each([...generatedFiles(root, pipeline)])('%s is up to date (npm run generate)', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text)
})

it('orders the stages: each reads what comes before it', () => {
  for (const [at, { name, reads }] of pipeline.entries())
    for (const read of Object.values(reads))
      expect(
        pipeline.slice(0, at).map((stage) => stage.name),
        `${name} reads ${read}`,
      ).toContain(read)
})

it.each(pipeline.map((stage) => [stage.name, stage] as const))('%s has its module', (_, stage) => {
  expect(existsSync(fileURLToPath(moduleOf(stage)))).toBe(true)
})

it('is a pipeline that turbo can read, and a training runs all of it that belongs to one', () => {
  const turbo = spawnSync('npx', ['turbo', 'run', 'train', '--dry=json'], {
    cwd: root,
    encoding: 'utf8',
    shell: true,
  })
  expect(turbo.status, turbo.stderr).toBe(0)
  const ids = (JSON.parse(turbo.stdout).tasks as { taskId: string }[]).map(({ taskId }) => taskId)
  for (const { home, name, apart = false } of pipeline)
    expect(ids.includes(`@disranker/${home}#${name}`), name).toBe(!apart)
})
