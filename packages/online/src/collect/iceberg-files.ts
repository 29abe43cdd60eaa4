// The data files that an Iceberg table has now (iceberg.apache.org/spec, versions 1 and 2): its metadata names a snapshot, the snapshot a list of
// manifests, and these the files. The library reads Avro; what it fetches with knows neither folders nor signed requests, so files are read by the caller.
import { buffer } from 'node:stream/consumers'
import { InputError } from '@disranker/stage'
import { avroMetadata, avroRead } from 'icebird'
import type { Manifest, ManifestEntry, Snapshot, TableMetadata } from 'icebird/src/types.js'

/** Reads a file by its name in the table. */
export type ReadFile = (path: string) => Promise<AsyncIterable<Uint8Array>>

export interface DataFile {
  /** its name in the table */
  readonly path: string
  readonly bytes: number
}

/** marks an entry that was deleted */
const DELETED = 2
const NEWEST_FORMAT = 2

/**
 * @param since files that were all added before it are left out: a snapshot contains no later records
 * @throws {InputError} the table has rows that are marked as deleted, another format than Parquet, or is of a later version
 */
export async function icebergFiles(
  name: string,
  metadata: TableMetadata,
  read: ReadFile,
  since?: Date,
): Promise<readonly DataFile[]> {
  if (metadata['format-version'] > NEWEST_FORMAT)
    throw new InputError(
      `${name} is an Iceberg table of version ${metadata['format-version']}. Wanted: at most ${NEWEST_FORMAT}.`,
    )
  const snapshots = metadata.snapshots ?? []
  const snapshot = snapshots.find((one) => one['snapshot-id'] === metadata['current-snapshot-id'])
  if (snapshot === undefined) return []
  const before = new Set(
    snapshots.filter((one) => one['timestamp-ms'] < (since?.getTime() ?? 0)).map((one) => one['snapshot-id']),
  )
  const files: DataFile[] = []
  for (const manifest of await manifestsOf(snapshot, read))
    for (const entry of (await readAvro(manifest.manifest_path, read)) as ManifestEntry[]) {
      if (entry.status === DELETED) continue
      const { content = 0, file_format, file_path, file_size_in_bytes } = entry.data_file
      if (content !== 0)
        throw new InputError(
          `${name} has rows that are marked as deleted in files of their own (merge on read). Wanted: a table whose files were rewritten. Compact it, then collect again.`,
        )
      if (file_format.toLowerCase() !== 'parquet')
        throw new InputError(`${name} has a file in ${file_format}. Wanted: Parquet.`)
      // JSON has no 64-bit integers, so the metadata has lost the last digits; the manifest has them
      const added = Number(entry.snapshot_id ?? manifest.added_snapshot_id)
      if (!before.has(added)) files.push({ path: file_path, bytes: Number(file_size_in_bytes) })
    }
  return files
}

async function manifestsOf(snapshot: Snapshot, read: ReadFile): Promise<readonly Manifest[]> {
  const list = snapshot['manifest-list']
  return list ? ((await readAvro(list, read)) as Manifest[]) : (snapshot.manifests ?? [])
}

async function readAvro(path: string, read: ReadFile): Promise<unknown[]> {
  const bytes = await buffer(await read(path))
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const { metadata, syncMarker } = avroMetadata(reader)
  return avroRead({ reader, metadata, syncMarker })
}
