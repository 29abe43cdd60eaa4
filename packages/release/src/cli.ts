// `npm run release [-- --dry-run
//  --pack <folder>
//  --notes <folder>]`: makes every published package in out/, checks them, and publishes those whose version
//  is not in the registry. `--dry-run` does everything except publishing and prints the result: packages,
//  files, tag and notes. `--pack` writes their tarballs to a folder, `--notes` writes the notes and the tag
//  of the release for the release workflow.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkPackage } from './check-package.ts'
import { EXAMPLE_PACKAGE, makeExamplePackage, missingExample } from './example-package.ts'
import { LICENSE, makePackage } from './make-package.ts'
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

/** ms until npm must have packed or published one package */
const PATIENCE = 600_000

/** Runs the npm of this machine. @returns whether it succeeded */
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
  const version = versions.get('@disranker/reranker')!
  versions.set(EXAMPLE_PACKAGE, version)
  const repository = process.env.GITHUB_REPOSITORY
  const made: Made[] = packages.map(({ folder, json }) => ({ ...json, out: join(folder, 'out', 'package') }))
  for (const [at, { name, version, out }] of made.entries()) {
    makePackage(packages[at]!, out, versions, repository)
    await check(name, out)
    console.log(`release: ${name}@${version} -> ${out}`)
  }
  const dist = join(root, 'apps', 'edge', 'dist')
  const missing = missingExample(dist)
  // other packages depend on it, so nothing is published without it
  if (missing !== undefined && !values['dry-run']) throw new Error(`${EXAMPLE_PACKAGE}: ${missing}`)
  if (missing !== undefined) console.log(`release: ${EXAMPLE_PACKAGE} is left out: ${missing}`)
  else {
    const out = join(root, 'packages', 'example', 'out', 'package')
    makeExamplePackage({ dist, out, version, licence: LICENSE, repository })
    await check(EXAMPLE_PACKAGE, out)
    made.unshift({ name: EXAMPLE_PACKAGE, version, out })
    console.log(`release: ${EXAMPLE_PACKAGE}@${version} -> ${out}`)
  }
  // npm runs this in its own folder; the user's is elsewhere
  const pack = values.pack && resolve(process.env.INIT_CWD ?? '', values.pack)
  if (pack) mkdirSync(pack, { recursive: true })
  for (const { name, version, out } of made) {
    if (pack || values['dry-run']) {
      const words = pack ? ['--pack-destination', pack] : ['--dry-run']
      if (!npm(out, 'pack', ...words)) throw new Error(`${name} cannot be packed.`)
    } else if (isPublished(`${name}@${version}`, version))
      console.log(`release: the registry has ${name}@${version}`)
    else if (!npm(out, 'publish')) throw new Error(`${name}@${version} was not published.`)
  }
  if (values['dry-run']) tellPlan(packages, made)
}

interface Made {
  readonly name: string
  readonly version: string
  readonly out: string
}

/** @throws {Error} publint finds a problem */
async function check(name: string, out: string): Promise<void> {
  const flaws = await checkPackage(out)
  if (flaws.length > 0) throw new Error(`${name}: ${flaws.join('\n')}`)
}

/** Whether the registry has this version; false if the registry cannot be reached. */
const isPublished = (name: string, version: string): boolean =>
  spawnSync('npm', ['view', name, 'version'], {
    encoding: 'utf8',
    timeout: PATIENCE,
    shell: process.platform === 'win32',
  }).stdout?.trim() === version

/** Prints the actions of a run without --dry-run. */
function tellPlan(packages: ReturnType<typeof publishedPackages>, made: readonly Made[]): void {
  for (const { name, version } of made) {
    const there = isPublished(`${name}@${version}`, version)
    console.log(`release: ${there ? 'the registry has' : 'would publish'} ${name}@${version}`)
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
