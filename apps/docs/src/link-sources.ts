// Rewrites a page's links to files outside the site, such as sources. In the repository they are relative
// paths; on the site they point to the repository, or become plain text if its address is unknown.
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

interface Token {
  type: string
  content: string
  readonly children: Token[] | null
  attrGet(name: string): string | null
  attrSet(name: string, value: string): void
}

interface Markdown {
  readonly core: {
    readonly ruler: {
      push(
        name: string,
        rule: (state: { readonly tokens: Token[]; readonly env: { readonly path?: string } }) => void,
      ): void
    }
  }
}

export interface SourceLinks {
  /** the local repository */
  readonly root: string
  /** like https://github.com/owner/name */
  readonly repository: string | undefined
}

/** Rewrites the links of every rendered page. */
export function linkSources(md: Markdown, links: SourceLinks): void {
  md.core.ruler.push('link-sources', ({ tokens, env }) => {
    if (env.path === undefined) return
    for (const { children } of tokens) rewrite(children ?? [], env.path, links)
  })
}

function rewrite(tokens: readonly Token[], page: string, links: SourceLinks): void {
  let dropped = false
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const path = sourcePath(token.attrGet('href') ?? '', page, links.root)
      dropped = path !== undefined && links.repository === undefined
      if (dropped) becomeText(token)
      else if (path !== undefined) token.attrSet('href', `${links.repository}/${path}`)
    } else if (token.type === 'link_close' && dropped) becomeText(token)
  }
}

function becomeText(token: Token): void {
  token.type = 'text'
  token.content = ''
}

/**
 * @param page the file of the page
 * @returns the path in the repository; undefined: the link is inside the site, or is already a URL
 * @throws {Error} the file does not exist
 */
export function sourcePath(href: string, page: string, root: string): string | undefined {
  if (/^([a-z]+:|#|\/)/.test(href)) return undefined
  const [path = '', anchor] = href.split('#')
  const file = resolve(dirname(page), decodeURI(path))
  const pages = join(root, 'apps/docs/pages')
  if (!relative(pages, file).startsWith('..')) return undefined
  if (!existsSync(file)) throw new Error(`${relative(root, page)} links to ${href}, which does not exist.`)
  const kind = statSync(file).isDirectory() ? 'tree' : 'blob'
  const place = relative(root, file).replaceAll('\\', '/')
  return `${kind}/main/${place}${anchor ? `#${anchor}` : ''}`
}
