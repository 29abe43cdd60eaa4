// Builds the site: the generated pages, the pages as HTML, llms.txt. Then it checks every link.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vitepress'
import { brokenLinks } from './check-site.ts'
import { generatedPages, MADE, writePages } from './generated-pages.ts'
import { llmsText } from './llms-text.ts'
import { site } from './site.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
export const home = fileURLToPath(new URL('..', import.meta.url))

/** Writes the pages that are generated from code. */
export const makePages = async (): Promise<void> =>
  writePages(await generatedPages(root), join(home, 'pages', MADE))

/**
 * @param base the path of the deployed site
 * @returns the folder of the site
 * @throws {Error} a link is broken
 */
export async function buildSite(base = process.env.DOCS_BASE || '/'): Promise<string> {
  await makePages()
  await build(home)
  const out = join(home, 'out/site')
  const slashed = base.endsWith('/') ? base : `${base}/`
  writeFileSync(join(out, 'llms.txt'), llmsText(site, slashed))
  // the Markdown of each page, for the links of llms.txt
  for (const { path } of site.flatMap(({ pages }) => pages)) {
    mkdirSync(join(out, path, '..'), { recursive: true })
    cpSync(join(home, 'pages', `${path}.md`), join(out, `${path}.md`))
  }
  const broken = brokenLinks(out, slashed)
  if (broken.length > 0)
    throw new Error(
      `${broken.length} links of the site are broken. Correct them in apps/docs/pages:\n${broken.join('\n')}`,
    )
  return out
}
