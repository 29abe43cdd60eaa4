// Normalises paths: some clients join a base address and a path with too many slashes, or leave out or add a
// part of either.
import { getPath } from 'hono/utils/url'
import type { Dialects } from '../dialects/index.ts'

/**
 * "//v1/rerank" and "/v1/rerank/" as "/v1/rerank", if that is one of the rerank APIs; every other path is not
 * changed.
 */
export function pathOf(request: Request, { paths }: Dialects): string {
  const pathname = getPath(request)
  const neat = neatOf(pathname)
  return Object.hasOwn(paths, neat) ? neat : pathname
}

const neatOf = (path: string) => path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')

/** The most similar path of a rerank API: the one with the longest common ending with the requested path. */
export function nearestPath(path: string, { paths }: Dialects): string {
  const asked = neatOf(path).toLowerCase().split('/').slice(-8)
  const shared = (other: string) => {
    const parts = other.split('/')
    let count = 0
    while (count < parts.length && parts.at(-1 - count) === asked.at(-1 - count)) count++
    return count
  }
  const scored = Object.keys(paths).map((other) => ({ other, count: shared(other) }))
  const best = scored.reduce((best, one) => (one.count > best.count ? one : best), {
    other: '/v2/rerank',
    count: 0,
  })
  return best.other
}
