// llms.txt (llmstxt.org): what the site has, for programs that read it.
import type { SiteGroup } from './site.ts'

/** @param base the address of the site, ending in a slash */
export function llmsText(groups: readonly SiteGroup[], base: string): string {
  const parts = groups.map(({ title, pages }) =>
    [
      `## ${title}`,
      '',
      ...pages.map((page) => `- [${page.title}](${base}${page.path}.md): ${page.about}`),
    ].join('\n'),
  )
  return [
    '# DisRanker',
    '> Click logs and an LLM go in, a small int8 BERT that reranks search results at the edge comes out. TypeScript, from npm alone.',
    ...parts,
    '',
  ].join('\n\n')
}
