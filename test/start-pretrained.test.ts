// `npm run start:pretrained` where the weights cannot be had: it says what it needs and trains nothing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pretrainedModels } from '@disranker/checkpoint'
import { expect, it } from 'vitest'

it.each([
  [['--fine-tune'], ['bi-encoder']],
  [
    ['--decoder', '--student'],
    ['student', 'decoder'],
  ],
] as const)('with %j names what is missing, where it looked and what to do', (flags, roles) => {
  const home = mkdtempSync(join(tmpdir(), 'pretrained-'))
  try {
    const command = fileURLToPath(new URL('../packages/pipeline/src/start.ts', import.meta.url))
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [command, '--pretrained', home, ...flags],
      {
        encoding: 'utf8',
        // nobody listens there
        env: {
          ...process.env,
          HF_ENDPOINT: 'http://127.0.0.1:1',
          HF_HUB_CACHE: join(home, 'cache'),
        },
      },
    )
    expect(status, stdout + stderr).toBe(1)
    const missing = [...stderr.matchAll(/^- (\S+), for the (\S+):/gm)].map(([, from, role]) => [role, from])
    expect(missing).toEqual(roles.map((role) => [role, pretrainedModels[role].from]))
    expect(stderr).toMatch(/Wanted: a connection to the hub .*or a folder with one folder a model/)
    expect(stdout).not.toMatch(/pairs|cpt/)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
