// The code that a stage is: its module and what that imports from the same package. What it imports from other packages is
// not its own: a comment there must not cost a training that is half done.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from './manifest.ts'

/** Paths of the modules that `entry` reaches by relative imports, itself included, sorted. */
export function reachedModules(entry: string): string[] {
  const found = new Set<string>()
  const visit = (file: string) => {
    // an import may also stand in a comment or a text
    if (found.has(file) || !existsSync(file)) return
    found.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g))
      visit(join(dirname(file), path!))
  }
  visit(entry)
  return [...found].sort()
}

/**
 * A hash of a stage's own code; comments that stand on lines of their own do not count.
 * @param source `import.meta.url` of the stage's module
 */
export function hashOwnCode(source: string): string {
  const entry = fileURLToPath(source)
  const files = reachedModules(entry).map((file) => {
    const lines = readFileSync(file, 'utf8').split('\n')
    const code = lines.filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line))
    return [relative(dirname(entry), file), code.join('\n')]
  })
  return sha256(JSON.stringify(files))
}
