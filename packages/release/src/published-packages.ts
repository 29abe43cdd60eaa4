// The published workspaces: those with a `publishConfig`, and all of ours that they import, unless they are
// bundled: a command contains the code of the others. Every workspace is private, so that sources are not
// published by mistake; the published packages are made from them.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The fields of a package.json that are used. */
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
  readonly publishConfig?: {
    readonly exports?: readonly string[]
    readonly bundled?: boolean
    /** its published name, if it differs */
    readonly name?: string
    /** packages whose programs it runs, and the versions of external ones */
    readonly runs?: Readonly<Record<string, string>>
  }
}

export interface Workspace {
  readonly folder: string
  readonly json: PackageJson
  /** for a bundled one: the workspaces that it contains, including itself */
  readonly carried?: readonly Workspace[]
}

/**
 * @param root of the repository
 * @returns dependencies before their dependents
 * @throws {Error} a published package imports a workspace that does not exist
 */
export function publishedPackages(root: string): readonly Workspace[] {
  const workspaces = globSync('{packages,apps}/*/package.json', { cwd: root }).map((file): Workspace => {
    const json = JSON.parse(readFileSync(join(root, file), 'utf8'))
    return { folder: join(root, dirname(file)), json }
  })
  const byName = new Map(workspaces.map((workspace) => [workspace.json.name, workspace]))
  const importsOf = ({ json }: Workspace) =>
    Object.keys(json.dependencies ?? {})
      .filter((name) => name.startsWith('@disranker/'))
      .map((name) => {
        const imported = byName.get(name)
        if (imported === undefined)
          throw new Error(`${json.name} depends on ${name}, which no workspace is called.`)
        return imported
      })
  const found = new Set<Workspace>()
  const add = (workspace: Workspace) => {
    if (!workspace.json.publishConfig?.bundled) importsOf(workspace).forEach(add)
    found.add(workspace)
  }
  for (const workspace of workspaces.toSorted((a, b) => a.json.name.localeCompare(b.json.name)))
    if (workspace.json.publishConfig !== undefined) add(workspace)
  return [...found].map(named).map((workspace) => {
    if (!workspace.json.publishConfig?.bundled) return workspace
    const carried = new Set([workspace])
    // grows during the iteration
    for (const one of carried)
      for (const imported of importsOf(one)) if (!found.has(imported)) carried.add(imported)
    return { ...workspace, carried: [...carried] }
  })
}

const named = (workspace: Workspace): Workspace => {
  const { name = workspace.json.name } = workspace.json.publishConfig ?? {}
  return { ...workspace, json: { ...workspace.json, name } }
}
