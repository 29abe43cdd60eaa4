// Memory and CPU time of a local process. Only Linux reports them; elsewhere they are unknown, and only
// benchmarks need them.
import { readFileSync } from 'node:fs'

export interface ProcessFigures {
  /** bytes: resident now, and at most until now */
  resident(): { readonly now: number; readonly most: number }
  /** ms of CPU until now */
  cpu(): number
}

const isKnown = process.platform === 'linux'

export function figuresOf(pid: number | undefined): ProcessFigures {
  const read = (name: string) => (isKnown ? readFileSync(`/proc/${pid}/${name}`, 'utf8') : '')
  const bytes = (name: string) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read('status'))?.[1])
  return {
    resident: () => ({ now: bytes('VmRSS'), most: bytes('VmHWM') }),
    cpu() {
      const [user, system] = (read('stat').split(') ')[1] ?? '').split(' ').slice(11, 13)
      // in hundredths of a second on every Linux
      return 10 * (Number(user) + Number(system))
    },
  }
}
