export { type Collected, type CollectOptions, collect } from './collect.ts'
export { folderSource } from './folder-source.ts'
export type { RecordSource, RemoteFile } from './record-source.ts'
export { sourceOf } from './source-of.ts'
