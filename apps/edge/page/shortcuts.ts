// The keyboard shortcuts of the page: / focuses the query, arrows move in the lists and between them.

const WRITES = 'input, textarea, select'

/** @param lists from left to right */
export function listenToKeys(query: HTMLInputElement, lists: readonly HTMLElement[]): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return
    if (event.target.closest(WRITES)) return
    if (event.key === '/') {
      event.preventDefault()
      query.focus()
      query.select()
      return
    }
    const row = event.target.closest<HTMLElement>('ol > li')
    if (row === null) return
    const next = neighbour(row, event.key, lists)
    if (next === undefined) return
    event.preventDefault()
    next.querySelector('summary')?.focus()
  })
}

function neighbour(row: HTMLElement, key: string, lists: readonly HTMLElement[]): HTMLElement | undefined {
  if (key === 'ArrowDown') return (row.nextElementSibling as HTMLElement | null) ?? undefined
  if (key === 'ArrowUp') return (row.previousElementSibling as HTMLElement | null) ?? undefined
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined
  const at = lists.indexOf(row.parentElement!) + (key === 'ArrowRight' ? 1 : -1)
  const rows = [...(lists[at]?.children ?? [])] as HTMLElement[]
  return rows.find(({ dataset }) => dataset.document === row.dataset.document)
}
