// llms.txt (llmstxt.org): the contents of the site, for programs.
import type { SiteGroup } from './site.ts'

/** @param base the address of the site, ending with a slash */
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
