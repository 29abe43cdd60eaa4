// Checks that the target of every link of the built site exists: a page, a heading of it, or a file.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * @param folder the built site
 * @param base the path of the deployed site, ending with a slash
 * @returns one line for each broken link
 */
export function brokenLinks(folder: string, base = '/'): string[] {
  const pages = globSync('**/*.html', { cwd: folder }).map((path) => path.replaceAll('\\', '/'))
  const texts = new Map(pages.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
  const anchors = new Map([...texts].map(([path, text]) => [path, new Set(attributes(text, 'id'))]))
  const broken: string[] = []
  for (const [page, text] of texts) {
    for (const link of new Set([...attributes(text, 'href'), ...attributes(text, 'src')])) {
      if (/^([a-z]+:|\/\/)/.test(link)) continue
      const [path = '', anchor = ''] = link.split('#')
      const target = targetOf(path, page, base)
      if (target === undefined || !existsSync(join(folder, target)))
        broken.push(`${page}: ${link} leads nowhere`)
      else if (anchor !== '' && anchors.has(target) && !anchors.get(target)!.has(decodeURIComponent(anchor)))
        broken.push(`${page}: ${target} has no heading #${anchor}`)
    }
  }
  return broken
}

/** @returns a path below the folder; undefined: outside the site */
function targetOf(path: string, page: string, base: string): string | undefined {
  if (path === '') return page
  if (path.startsWith('/') && !path.startsWith(base)) return undefined
  const below = path.startsWith('/') ? path.slice(base.length) : posix.join(posix.dirname(page), path)
  const decoded = decodeURI(below)
  return decoded === '' || decoded.endsWith('/') ? `${decoded}index.html` : decoded
}

const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) =>
    value!.replaceAll('&amp;', '&'),
  )
