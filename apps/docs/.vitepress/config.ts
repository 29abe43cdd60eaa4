// The configuration of the site. `base` and the repository come from the workflow that deploys it; without
// them the site has no links to sources.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { linkSources } from '../src/link-sources.ts'
import { site } from '../src/site.ts'

const { DOCS_BASE = '/', GITHUB_REPOSITORY } = process.env
const repository = GITHUB_REPOSITORY ? `https://github.com/${GITHUB_REPOSITORY}` : undefined

export default defineConfig({
  title: 'DisRanker',
  description:
    'Click logs and an LLM go in, a small int8 BERT that reranks search results at the edge comes out.',
  lang: 'en',
  base: DOCS_BASE.endsWith('/') ? DOCS_BASE : `${DOCS_BASE}/`,
  srcDir: 'pages',
  outDir: 'out/site',
  cacheDir: 'out/cache',
  cleanUrls: false,
  lastUpdated: false,
  metaChunk: true,
  markdown: {
    // pages are pure Markdown, so that `<folder>` in a sentence is text
    html: false,
    config: (md) =>
      linkSources(md, { root: fileURLToPath(new URL('../../..', import.meta.url)), repository }),
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'How it works', link: '/how-it-works' },
      { text: 'Reference', link: '/made/settings' },
      { text: 'Experiments', link: '/made/experiments/' },
    ],
    sidebar: site.map(({ title, pages }) => ({
      text: title,
      items: pages.map((page) => ({ text: page.title, link: `/${page.path.replace(/index$/, '')}` })),
    })),
    ...(repository && { socialLinks: [{ icon: 'github', link: repository }] }),
  },
})
