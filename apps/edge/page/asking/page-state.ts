// The state of the page in the fragment of its address, so that a link opens the same view elsewhere. A
// fragment is never sent to a server. The key of the server is not part of it.

export interface PageState {
  readonly query: string
  /** rank in this browser */
  readonly here: boolean
  /** pasted documents; undefined for those of the example */
  readonly own: string | undefined
  /** address of a search API, and the path to its list */
  readonly api: string
  readonly path: string
}

/** maximal characters of pasted documents in a link: chat programs and proxies cut longer addresses */
export const LONGEST_OWN = 6_000

/** "#q=...": only differences from an empty page. */
export function toFragment({ query, here, own, api, path }: PageState): string {
  const parts = new URLSearchParams()
  if (query !== '') parts.set('q', query)
  if (here) parts.set('here', '1')
  if (own !== undefined) parts.set('own', own.length > LONGEST_OWN ? '' : own)
  if (api !== '') parts.set('api', api)
  if (path !== '') parts.set('path', path)
  // %20 survives where a plus sign does not
  return parts.size === 0 ? '' : `#${parts.toString().replaceAll('+', '%20')}`
}

/** @param search "?q=..." of older links, for the query alone */
export function fromAddress({ hash, search }: Pick<Location, 'hash' | 'search'>): PageState {
  const parts = new URLSearchParams(hash.slice(1))
  const text = (name: string) => parts.get(name) ?? ''
  return {
    query: parts.get('q') ?? new URLSearchParams(search).get('q') ?? '',
    here: parts.get('here') === '1',
    own: parts.get('own') ?? undefined,
    api: text('api'),
    path: text('path'),
  }
}
