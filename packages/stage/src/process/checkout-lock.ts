// A lock for a checkout, because two runs at the same time would write into each other's folders. A run is a
// turbo with all its stages, or a stage that was started by hand. A second run waits and says which run it
// waits for. A killed run does not hold the lock, because the lock counts only while the processes of the run
// are alive.
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { getPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProcess, isAlive, type ProcessInfo } from './processes.ts'

interface Holder {
  readonly pid: number
  readonly began: string
  readonly command: string
  /** ISO time at which it took the lock */
  readonly since: string
}

interface Stage extends Pick<Holder, 'pid' | 'began' | 'command'> {
  /** the run of this process */
  readonly leader: string
}

/** The root of the checkout of `file`: the nearest parent folder with a package lock. */
export function findCheckout(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json'))) return folder
    if (folder === dirname(folder)) return undefined
  }
}

/**
 * Waits until no other run works in the checkout, then holds it for this one.
 * @param leader the run: the turbo above, or this process
 * @returns a function that releases this process's part
 */
export async function holdCheckout(
  root: string,
  leader: Pick<ProcessInfo, 'pid' | 'began' | 'command'>,
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<() => void> {
  const home = homeOf(root)
  const lock = join(home, 'run.json')
  mkdirSync(home, { recursive: true })
  let told = 0
  let unreadable = 0
  while (!take(lock, leader)) {
    const holder = readHolder(lock)
    if (holder === undefined) {
      // it was released just now, or damaged by a power failure
      if (++unreadable > 20) rmSync(lock, { force: true })
      await sleep(50, undefined, { signal })
      continue
    }
    const left = [holder, ...stagesOf(home, holder)].filter(isAlive)
    if (left.length === 0) {
      clear(lock, home, holder)
      continue
    }
    if (told !== left[0]!.pid)
      say(
        `another run works in this checkout since ${holder.since}: ${holder.command} (process ${left.map(({ pid }) => pid).join(', ')}). Waiting for it to end; Ctrl-C stops waiting.`,
      )
    told = left[0]!.pid
    await sleep(250, undefined, { signal })
  }
  const { began, command } = findProcess(process.pid) ?? leader
  const leave = writeStage(home, { pid: process.pid, began, command, leader: key(leader) })
  return () => {
    leave()
    if (leader.pid === process.pid) clear(lock, home, readHolder(lock))
  }
}

/**
 * For a process that does a part of a stage's work: the checkout stays locked until this process has ended too, even if the stage
 * ends first.
 * @returns a function that releases it
 */
export function joinParent(root = findCheckout(process.argv[1] ?? '')): () => void {
  if (root === undefined) return () => {}
  const home = homeOf(root)
  const parent = readHolder(stageFile(home, process.ppid)) as Stage | undefined
  const self = findProcess(process.pid)
  // the stage holds no lock, such as a stage in a test
  if (parent === undefined || self === undefined || !isAlive(parent)) return () => {}
  return writeStage(home, { pid: self.pid, began: self.began, command: self.command, leader: parent.leader })
}

/**
 * The number of running stages in this process's checkout, including this one; 0 if none is registered. Those
 * of a lower priority do not count, because they only use idle time.
 */
export function stagesAtWork(root = findCheckout(process.argv[1] ?? '')): number {
  if (root === undefined || !existsSync(homeOf(root))) return 0
  const home = homeOf(root)
  return stageFiles(home).filter((name) => {
    try {
      // called often, so only the id is checked
      return getPriority(Number(/\d+/.exec(name)?.[0])) <= getPriority()
    } catch {
      return false
    }
  }).length
}

function writeStage(home: string, stage: Stage): () => void {
  const file = stageFile(home, stage.pid)
  writeFileSync(file, JSON.stringify(stage))
  return () => rmSync(file, { force: true })
}

/** Takes a free lock, or joins one that the same run holds. */
function take(lock: string, leader: Pick<ProcessInfo, 'pid' | 'began' | 'command'>): boolean {
  const { pid, began, command } = leader
  const draft = `${lock}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ pid, began, command, since: new Date().toISOString() }))
  try {
    // a hard link to a complete file: the lock is never empty
    linkSync(draft, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const holder = readHolder(lock)
    return holder !== undefined && isSame(holder, leader)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Removes the lock of a run that has ended; if several processes try, the rename succeeds for only one. */
function clear(lock: string, home: string, holder: Holder | undefined): void {
  if (holder === undefined) return
  const away = `${lock}.${process.pid}.gone`
  try {
    renameSync(lock, away)
  } catch {
    return
  }
  // another process may have cleared and taken the lock in between
  const got = readHolder(away)
  if (got !== undefined && !isSame(got, holder)) {
    try {
      linkSync(away, lock)
    } catch {
      // another process has it now
    }
  } else for (const { pid } of stagesOf(home, holder)) rmSync(stageFile(home, pid), { force: true })
  rmSync(away, { force: true })
}

/** The registered stages of a run. */
function stagesOf(home: string, leader: Holder): Stage[] {
  return stageFiles(home).flatMap((name) => {
    const stage = readHolder(join(home, name)) as Stage | undefined
    return stage?.leader === key(leader) ? [stage] : []
  })
}

const homeOf = (root: string) => join(root, '.cache', 'disranker')
const stageFile = (home: string, pid: number) => join(home, `stage-${pid}.json`)
const stageFiles = (home: string) => readdirSync(home).filter((name) => name.startsWith('stage-'))

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

const key = ({ pid, began }: Pick<ProcessInfo, 'pid' | 'began'>) => `${pid} ${began}`
const isSame = (a: Pick<ProcessInfo, 'pid' | 'began'>, b: Pick<ProcessInfo, 'pid' | 'began'>) =>
  key(a) === key(b)
