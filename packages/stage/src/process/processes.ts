// Looks up living processes. A process is identified by its id and its start time, because ids are reused.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  /** start time, in units of the system; equal only for the same process */
  readonly began: string
  /** name or path of its program */
  readonly program: string
  /** its command line */
  readonly command: string
}

/** A living process, or undefined. */
export function findProcess(pid: number): ProcessInfo | undefined {
  try {
    return process.platform === 'linux' ? readProc(pid) : askPs(pid)
  } catch {
    return undefined
  }
}

/**
 * Whether a process is still alive. It is called often, so if a look-up would start another process, only the
 * id is checked: ids are not reused within seconds.
 */
export function isThere({ pid, began }: Pick<ProcessInfo, 'pid' | 'began'>): boolean {
  if (process.platform === 'linux') return isAlive({ pid, began })
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // a process of another user is alive, too
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether this is still the same process. */
export const isAlive = ({ pid, began }: Pick<ProcessInfo, 'pid' | 'began'>): boolean =>
  findProcess(pid)?.began === began

function readProc(pid: number): ProcessInfo | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // the name is in brackets and may contain anything
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // a zombie has ended, but its parent has not yet read its exit status
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  const [program = '', ...rest] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  const command = [program, ...rest].join(' ').trim()
  return { pid, parent: Number(fields[1]), began: fields[19]!, program, command }
}

function askPs(pid: number): ProcessInfo | undefined {
  if (process.platform === 'win32') {
    process.kill(pid, 0)
    return { pid, parent: pid === process.pid ? process.ppid : 0, began: '', program: '', command: '' }
  }
  // processes with other languages and time zones must read the same start time
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const ask = (field: string) =>
    execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8', env }).trim()
  if (ask('stat').startsWith('Z')) return undefined
  const [began, program, command] = [ask('lstart'), ask('comm'), ask('command')]
  return { pid, parent: Number(ask('ppid')), began, program, command }
}

/**
 * The processes from this one's parent up to the `turbo` that runs it, nearest first; empty if no turbo runs it. npm and a
 * shell are in between.
 */
export function chainToTurbo(): ProcessInfo[] {
  const chain: ProcessInfo[] = []
  for (let pid = process.ppid; pid > 1 && chain.length < 16; ) {
    const found = findProcess(pid)
    if (found === undefined) return []
    chain.push(found)
    if (/(^|[/])turbo(\.exe)?$/.test(found.program)) return chain
    pid = found.parent
  }
  return []
}
