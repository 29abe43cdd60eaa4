// `npm run release [-- --dry-run | --pack <folder> | --notes <folder>]`: makes every published package in out/, checks them, and publishes those
// whose version the registry does not have. `--dry-run` does all but that and prints what would go out: packages, files, tag and notes.
// `--pack` leaves their tarballs in a folder, `--notes` writes the notes and the tag of the release for the workflow that makes it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkPackage } from './check-package.ts'
import { makePackage } from './make-package.ts'
import { publishedPackages } from './published-packages.ts'
import { pendingChanges, releaseNotes, tagOf } from './release-notes.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    pack: { type: 'string' },
    notes: { type: 'string' },
  },
})

/** ms in which npm packs or publishes one package */
const PATIENCE = 600_000

/** npm as this machine has it. @returns whether it succeeded */
function npm(folder: string, ...words: string[]): boolean {
  return (
    spawnSync('npm', words, {
      cwd: folder,
      stdio: 'inherit',
      timeout: PATIENCE,
      shell: process.platform === 'win32',
    }).status === 0
  )
}

async function release(): Promise<void> {
  const packages = publishedPackages(root)
  const notes = values.notes && resolve(process.env.INIT_CWD ?? '', values.notes)
  if (notes) {
    mkdirSync(notes, { recursive: true })
    writeFileSync(join(notes, 'notes.md'), releaseNotes(packages))
    writeFileSync(join(notes, 'tag'), tagOf(packages))
    return
  }
  const versions = new Map(packages.map(({ json }) => [json.name, json.version]))
  const out = (folder: string) => join(folder, 'out', 'package')
  for (const one of packages) {
    makePackage(one, out(one.folder), versions, process.env.GITHUB_REPOSITORY)
    const flaws = await checkPackage(out(one.folder))
    if (flaws.length > 0) throw new Error(`${one.json.name}: ${flaws.join('\n')}`)
    console.log(`release: ${one.json.name}@${one.json.version} -> ${out(one.folder)}`)
  }
  // npm runs this in its own folder; the user's is elsewhere
  const pack = values.pack && resolve(process.env.INIT_CWD ?? '', values.pack)
  if (pack) mkdirSync(pack, { recursive: true })
  for (const { folder, json } of packages) {
    const name = `${json.name}@${json.version}`
    if (pack) {
      if (!npm(out(folder), 'pack', '--pack-destination', pack)) throw new Error(`${name} cannot be packed.`)
    } else if (values['dry-run']) {
      if (!npm(out(folder), 'pack', '--dry-run')) throw new Error(`${name} cannot be packed.`)
    } else if (isPublished(name, json.version)) console.log(`release: the registry has ${name}`)
    else if (!npm(out(folder), 'publish')) throw new Error(`${name} was not published.`)
  }
  if (values['dry-run']) tellPlan(packages)
}

/** Whether the registry has this version; a registry that cannot be reached has none. */
const isPublished = (name: string, version: string): boolean =>
  spawnSync('npm', ['view', name, 'version'], {
    encoding: 'utf8',
    timeout: PATIENCE,
    shell: process.platform === 'win32',
  }).stdout?.trim() === version

/** What a run without --dry-run would do. */
function tellPlan(packages: ReturnType<typeof publishedPackages>): void {
  for (const { json } of packages) {
    const name = `${json.name}@${json.version}`
    const there = isPublished(name, json.version)
    console.log(`release: ${there ? 'the registry has' : 'would publish'} ${name}`)
  }
  console.log(`release: the tag would be ${tagOf(packages)}, with these notes:\n\n${releaseNotes(packages)}`)
  const pending = pendingChanges(root)
  if (pending.length > 0)
    console.log(
      `release: ${pending.length} changes are in no version yet. Run "npx changeset version" first: ${pending.join(', ')}`,
    )
}

try {
  await release()
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
