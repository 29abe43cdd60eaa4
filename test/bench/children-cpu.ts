// CPU time of this process's children, on Linux: wrangler's servers do not report their ids.
import { readdirSync, readFileSync } from 'node:fs'

/** ms of CPU of the processes that this one has started and that still run */
export function childrenCpu(): number {
  let sum = 0
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(id).split(') ').at(-1)!.split(' ')
    // in hundredths of a second on every Linux
    if (fields[1] === String(process.pid)) sum += 10 * (Number(fields[11]) + Number(fields[12]))
  }
  return sum
}

function statOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8')
  } catch {
    // it has ended since the folder was read
    return ''
  }
}
