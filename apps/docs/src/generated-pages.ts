// The generated pages. They are written to pages/made/, which is not committed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { apiPage } from './api-page.ts'
import { commandsPage } from './commands-page.ts'
import { experimentsPages } from './experiments-pages.ts'
import { recipesPage } from './recipes-page.ts'
import { settingsPage } from './settings-page.ts'

/** the folder of generated pages, below the pages */
export const MADE = 'made'

/**
 * @param root the repository
 * @returns path below pages/made -> Markdown
 */
export async function generatedPages(root: string): Promise<Map<string, string>> {
  return new Map([
    ['recipes.md', await recipesPage(root)],
    ['settings.md', settingsPage()],
    ['paths.md', apiPage()],
    ['commands.md', commandsPage()],
    ...experimentsPages(root),
  ])
}

/** Writes them, after deleting those of the last build. */
export function writePages(pages: ReadonlyMap<string, string>, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
