import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { findCheckpoint } from './find-checkpoint.ts'
import { pretrainedModels } from './pretrained-models.ts'

const home = mkdtempSync(join(tmpdir(), 'find-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

it('does not take any encoder for the one whose name its folder has', async () => {
  const folder = join(home, 'all-MiniLM-L6-v2')
  mkdirSync(folder)
  writeFileSync(join(folder, 'config.json'), '{}')
  writeFileSync(join(folder, 'model.safetensors'), 'another')
  vi.stubEnv('DISRANKER_MODELS', home)
  await expect(findCheckpoint(pretrainedModels['bi-encoder'], undefined)).rejects.toThrow(
    /goes by the name of .*all-MiniLM-L6-v2, and its model.safetensors has the SHA-256 .* not 53aa51172d14/,
  )
  // by its path, or at no pinned commit, it is what it is
  expect(await findCheckpoint({ from: folder }, undefined)).toMatchObject({ folder })
  const { from } = pretrainedModels['bi-encoder']
  expect(await findCheckpoint({ from }, undefined)).toMatchObject({ folder })
})
