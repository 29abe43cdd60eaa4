// Which workspaces are published: those that say so (`publishConfig`), and all of ours that they import. Every workspace is
// private, so that nobody publishes sources by mistake; what is published is made from it.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What is read of a package.json. */
export interface PackageJson {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly sideEffects?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly imports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, unknown>>
  readonly publishConfig?: { readonly exports?: readonly string[] }
}

export interface Workspace {
  readonly folder: string
  readonly json: PackageJson
}

/**
 * @param root of the repository
 * @returns dependencies before their dependents
 * @throws {Error} a published package imports a workspace that is not there
 */
export function publishedPackages(root: string): readonly Workspace[] {
  const workspaces = globSync('{packages,apps}/*/package.json', { cwd: root }).map((file): Workspace => {
    const json = JSON.parse(readFileSync(join(root, file), 'utf8'))
    return { folder: join(root, dirname(file)), json }
  })
  const byName = new Map(workspaces.map((workspace) => [workspace.json.name, workspace]))
  const found = new Set<Workspace>()
  const add = (workspace: Workspace) => {
    for (const name of Object.keys(workspace.json.dependencies ?? {})) {
      if (!name.startsWith('@disranker/')) continue
      const imported = byName.get(name)
      if (imported === undefined)
        throw new Error(`${workspace.json.name} depends on ${name}, which no workspace is called.`)
      add(imported)
    }
    found.add(workspace)
  }
  for (const workspace of workspaces.toSorted((a, b) => a.json.name.localeCompare(b.json.name)))
    if (workspace.json.publishConfig !== undefined) add(workspace)
  return [...found]
}
