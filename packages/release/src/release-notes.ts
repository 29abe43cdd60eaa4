// The notes of a release: the section of its version in every published package's CHANGELOG.md, and changes
// that are not in one yet.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workspace } from './published-packages.ts'

/** The section of a version: the text below `## <version>`, up to the next version. */
export function sectionOf(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1)
  const found = sections.find((section) => section.split('\n', 1)[0]!.trim() === version)
  return found?.slice(found.indexOf('\n') + 1).trim() || undefined
}

/** @returns Markdown: a heading and the section of each package whose changelog has one */
export function releaseNotes(packages: readonly Workspace[]): string {
  const parts = packages.flatMap(({ folder, json: { name, version } }) => {
    const file = join(folder, 'CHANGELOG.md')
    const section = existsSync(file) ? sectionOf(readFileSync(file, 'utf8'), version) : undefined
    return section === undefined ? [] : [`## ${name} ${version}`, section.replaceAll(/^### /gm, '#### ')]
  })
  return `${parts.join('\n\n')}\n`
}

/** The changes that `npx changeset version` has not turned into versions yet: files of .changeset. */
export const pendingChanges = (root: string): string[] =>
  globSync('.changeset/*.md', { cwd: root })
    .filter((file) => !file.endsWith('README.md'))
    .sort()

/** The tag of a release: the version of its endpoint. @throws {Error} there is no such package */
export function tagOf(packages: readonly Workspace[]): string {
  const edge = packages.find(({ json }) => json.name === '@disranker/edge')
  if (edge === undefined) throw new Error('There is no package @disranker/edge, whose version is the tag.')
  return `v${edge.json.version}`
}
