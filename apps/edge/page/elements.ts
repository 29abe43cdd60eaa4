/** An element of index.html. @throws {Error} it does not exist */
export function byId<Kind extends Element = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no element "${id}"`)
  return found as unknown as Kind
}
