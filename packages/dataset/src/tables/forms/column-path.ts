// A path into a nested column, as a recipe names it: `search.text`, `items.0.id` or `items[0].id`. Lists count from 0.

/** `items[0].id` -> ['items', 0, 'id'] */
export const partsOf = (name: string): (string | number)[] =>
  name
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))

/** The value at the end of the path, or undefined. */
export const valueAt = (row: object, path: string | readonly (string | number)[]): unknown =>
  (typeof path === 'string' ? partsOf(path) : path).reduce<unknown>(
    (node, part) => (node as Record<string | number, unknown> | null | undefined)?.[part],
    row,
  )

/** `$."items"[0]."id"` */
export const jsonPath = (name: string): string =>
  `$${partsOf(name)
    .map((part) => (typeof part === 'number' ? `[${part}]` : `."${part.replaceAll('"', '\\"')}"`))
    .join('')}`

/** `"items"[1]."id"`: lists of SQL count from 1 */
export const sqlPath = (name: string): string =>
  partsOf(name)
    .map((part, at) =>
      typeof part === 'number' ? `[${part + 1}]` : `${at === 0 ? '' : '.'}"${part.replaceAll('"', '""')}"`,
    )
    .join('')
