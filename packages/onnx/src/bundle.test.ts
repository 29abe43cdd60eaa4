import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { loadReranker } from '@disranker/reranker'
import protobuf from 'onnx-proto'
import { beforeAll, describe, expect, it } from 'vitest'
import { DOCUMENTS, QUERY, tinyStudent } from '../testing/tiny-student.ts'
import { buildBundle, readBundle, writeBundle } from './bundle.ts'

let student: ReturnType<typeof tinyStudent>
beforeAll(async () => {
  await openBackend('cpu')
  student = tinyStudent()
})

describe('a bundle', () => {
  it('is the same bytes from the same student, and the manifest names each file by its hash', () => {
    const files = buildBundle({ ...student, precision: 'fp32' })
    expect(buildBundle({ ...student, precision: 'fp32' })).toEqual(files)
    const manifest = JSON.parse(new TextDecoder().decode(files['manifest.json']))
    expect(Object.keys(manifest.files).sort()).toEqual(
      Object.keys(files)
        .filter((name) => name !== 'manifest.json')
        .sort(),
    )
    for (const [name, { bytes, sha256 }] of Object.entries<{ bytes: number; sha256: string }>(
      manifest.files,
    )) {
      expect(bytes).toBe(files[name]!.length)
      expect(sha256).toBe(createHash('sha256').update(files[name]!).digest('hex'))
    }
  })

  it('keeps the float32 weights under their names, byte for byte, outside the model file', () => {
    const files = buildBundle({ ...student, precision: 'fp32' })
    const { graph, opsetImport } = protobuf.onnx.ModelProto.decode(files['model.onnx']!)
    expect(Number(opsetImport[0]!.version)).toBeGreaterThanOrEqual(17)
    const stored = new Map(graph!.initializer!.map((tensor) => [tensor.name, tensor]))
    for (const [name, { shape, data }] of student.tensors) {
      const tensor = stored.get(name)
      expect(tensor?.dims?.map(Number), name).toEqual(shape)
      const external = Object.fromEntries(tensor!.externalData!.map(({ key, value }) => [key, value]))
      const bytes =
        external.offset === undefined
          ? tensor!.rawData!
          : files['model.onnx.data']!.subarray(
              Number(external.offset),
              Number(external.offset) + Number(external.length),
            )
      expect(Buffer.from(bytes), name).toEqual(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
      expect(Number(external.offset ?? 0) % 64).toBe(0)
    }
  })

  it('says in its model card what it was given, and no more', () => {
    const files = buildBundle({ ...student, precision: 'fp32', metrics: { validation_ndcg10: 0.43217 } })
    const card = new TextDecoder().decode(files['README.md'])
    expect(card).toContain('2 layers, hidden size 32, 2 heads')
    expect(card).toContain('| validation_ndcg10 | 0.4322 |')
  })

  it('ranks from the folder it was written to', async () => {
    const home = mkdtempSync(join(tmpdir(), 'bundle-'))
    try {
      writeBundle(home, buildBundle({ ...student, precision: 'fp32' }))
      const reranker = await loadReranker(readBundle(home))
      expect((await reranker.rank(QUERY, DOCUMENTS)).results).toHaveLength(DOCUMENTS.length)
      await reranker.dispose()
    } finally {
      rmSync(home, { recursive: true })
    }
  })

  it('is refused when a tensor is missing, scales are missing, or texts can be longer than the positions', () => {
    const tensors = new Map(student.tensors)
    tensors.delete('classifier.bias')
    expect(() => buildBundle({ ...student, tensors, precision: 'fp32' })).toThrow(/no tensor classifier.bias/)
    expect(() => buildBundle({ ...student, precision: 'int8' })).toThrow(/needs activationScales/)
    const config = { ...student.config, max_position_embeddings: 43 }
    expect(() => buildBundle({ ...student, config, precision: 'fp32' })).toThrow(
      /maxLength 44, and its network reads 43 tokens/,
    )
  })
})
