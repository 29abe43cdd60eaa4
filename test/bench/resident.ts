// How much memory workerd holds, where the system tells (Linux).
import { execFileSync } from 'node:child_process'

/** Bytes of all workerd processes that this one began, together; NaN where the system does not tell. */
export function residentBytes(): number {
  try {
    const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,comm='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/))
    return rows
      .filter(([, parent, , name]) => parent === String(process.pid) && name === 'workerd')
      .reduce((sum, [, , kilobytes]) => sum + Number(kilobytes) * 1024, 0)
  } catch {
    return Number.NaN
  }
}
