// What packages/stage/src/river.ts says of the stages is what turbo.json, the packages' scripts and the sources do.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { REPORTED, RIVER, reachedModules, type StageName, TEACHING } from '@disranker/stage'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
interface Task {
  readonly dependsOn?: readonly string[]
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
}
const { tasks } = JSON.parse(read('turbo.json').replaceAll(/^\s*\/\/.*$/gm, '')) as {
  tasks: Record<string, Task>
}
const stages = Object.keys(RIVER) as StageName[]
const folder = (stage: StageName) => `packages/${RIVER[stage].package}`

/** Stages that turbo has run before this one. */
function before(name: string, seen = new Set<string>()): Set<string> {
  for (const dependency of tasks[name]?.dependsOn ?? []) {
    const task = dependency.split('#').at(-1)!
    if (task.startsWith('^') || seen.has(task)) continue
    seen.add(task)
    before(task, seen)
  }
  return seen
}

it('is a river that turbo can read', () => {
  const turbo = spawnSync('npx', ['turbo', 'run', 'train', '--dry=json'], {
    cwd: root,
    encoding: 'utf8',
    shell: true,
  })
  expect(turbo.status, turbo.stderr).toBe(0)
  const tasks = JSON.parse(turbo.stdout).tasks as { taskId: string }[]
  const ids = new Set(tasks.map(({ taskId }) => taskId))
  for (const stage of stages) expect(ids).toContain(`@disranker/${RIVER[stage].package}#${stage}`)
})

it('names every stage that turbo knows', () => {
  const outputs = Object.entries(tasks).filter(([, { outputs = [] }]) =>
    outputs.some((path) => path.startsWith('out/')),
  )
  expect(outputs.map(([name]) => name).sort()).toEqual([...stages].sort())
})

it.each(stages)('%s: a script, a module, a folder and its inputs, the same everywhere', (stage) => {
  const { scripts } = JSON.parse(read(`${folder(stage)}/package.json`))
  expect(scripts[stage]).toBe(`node src/cli.ts ${stage}`)
  expect(existsSync(join(root, folder(stage), 'src', `${stage}.ts`))).toBe(true)
  expect(tasks[stage]!.outputs).toEqual([`out/${stage}/**`])
  const more = { evaluate: REPORTED, score: TEACHING } as Partial<Record<StageName, readonly StageName[]>>
  const reads = [...Object.values(RIVER[stage].inputs), ...(more[stage] ?? [])]
  for (const input of reads) expect([...before(stage)], `${stage} reads ${input}`).toContain(input)
  // a dependency within another package is named with it
  for (const dependency of tasks[stage]!.dependsOn ?? []) {
    const [name, task] = dependency.includes('#') ? dependency.split('#') : [undefined, dependency]
    if (task!.startsWith('^')) continue
    const where = RIVER[task as StageName].package
    expect(name ?? `@disranker/${RIVER[stage].package}`).toBe(`@disranker/${where}`)
  }
})

it.each(stages)('%s: its hash leaves out no module that it reaches', (stage) => {
  const home = join(root, folder(stage))
  const [patterns, except] = [[] as string[], [] as string[]]
  for (const pattern of tasks[stage]!.inputs ?? [])
    if (pattern.startsWith('!')) except.push(pattern.slice(1))
    else patterns.push(pattern)
  const matches = (list: readonly string[]) =>
    new Set(
      list.flatMap((pattern) => globSync(pattern.endsWith('/**') ? `${pattern}/*` : pattern, { cwd: home })),
    )
  const [taken, left] = [matches(patterns), matches(except)]
  for (const file of reachedModules(join(home, 'src', `${stage}.ts`))) {
    const path = relative(home, file)
    expect(taken, `${path}, which ${stage} imports`).toContain(path)
    expect(left, `${path}, which ${stage} imports`).not.toContain(path)
  }
})
