import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownLibrary } from './own-library.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'libtensorflow-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(...files: string[]): void {
  for (const file of files) {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), '')
  }
}
const header = 'include/tensorflow/c/eager/c_api.h'

test('a release: the name that users of the library are linked with, not each of its links', () => {
  write(header, 'lib/libtensorflow.so', 'lib/libtensorflow.so.2', 'lib/libtensorflow.so.2.12.1')
  write('lib/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2.12.1')
  expect(ownLibrary(root)).toEqual({
    include: join(root, 'include'),
    folder: join(root, 'lib'),
    files: ['libtensorflow.so.2', 'libtensorflow_framework.so.2'],
  })
})

test('the folder of the Python package', () => {
  write(header, 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'python/_pywrap_tensorflow.so')
  expect(ownLibrary(root).files).toEqual(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
  expect(ownLibrary(root).folder).toBe(root)
})

test('what is missing is named', () => {
  expect(() => ownLibrary(join(root, 'none'))).toThrow('the folder does not exist. Wanted a release')
  expect(() => ownLibrary(root)).toThrow('it has no include/tensorflow/c/eager/c_api.h')
  // tensorflow 2.9.1 from PyPI: no libtensorflow_cc
  write(header, 'libtensorflow_framework.so.2')
  expect(() => ownLibrary(root)).toThrow('neither it nor its folder lib has a libtensorflow')
})
