// Where recorded files lie: one port, with a folder, an S3 bucket (Cloudflare R2, AWS, MinIO) and a search engine's index behind it.

/** A file that a source has. */
export interface RemoteFile {
  /** its path below the source, such as `ubi_events/2026/11/30/09/m0.ndjson.gz` */
  readonly name: string
  /** changes when the content does */
  readonly tag: string
}

export interface RecordSource {
  /** for messages; without credentials */
  readonly name: string
  /** Files of both tables that hold what was recorded at `since` or later, as far as their names tell. */
  list(since: Date | undefined): AsyncIterable<RemoteFile>
  read(file: RemoteFile): Promise<AsyncIterable<Uint8Array>>
}

/** Whether a name belongs to one of the two tables. */
export const isRecorded = (name: string): boolean =>
  /^ubi_(queries|events)([-/.]|$)/.test(name) && /\.(jsonl|ndjson)(\.gz|\.zst)?$/.test(name)

/** Whether the hour in a name (`2026-11-30T09` or `2026/11/30/09`) is at or after `since`; a name without one is taken. */
export function isSince(name: string, since: Date | undefined): boolean {
  const found = /(\d{4})[-/](\d{2})[-/](\d{2})[T/](\d{2})/.exec(name)
  if (since === undefined || found === null) return true
  const [, year, month, day, hour] = found.map(Number)
  const HOUR = 3_600_000
  return Date.UTC(year!, month! - 1, day, hour) + HOUR > since.getTime()
}
