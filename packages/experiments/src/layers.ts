// The layer of an experiment: the part of a search that it changes. Two experiments that change the same part
// cannot run on one request, because the users' behaviour would then say nothing about either. All others run
// in parallel, each with its own salt.

/** The fields of an experiment that decide its layer. */
export interface Layered {
  readonly name: string
  readonly design: 'ab' | 'team-draft' | 'explore'
  readonly arms: readonly { readonly model?: string | undefined }[]
  readonly layer?: string | undefined
}

/** The same, with when it runs and for which callers. */
export interface Scheduled extends Layered {
  readonly start: string
  readonly end: string
  readonly only?:
    | {
        readonly applications?: readonly string[] | undefined
        readonly keys?: readonly string[] | undefined
      }
    | undefined
}

/** Whether an experiment chooses the model that orders the list. */
export const choosesModel = ({ arms }: Pick<Layered, 'arms'>): boolean =>
  arms.some(({ model }) => model !== undefined)

/** Whether an experiment changes the order; otherwise the caller acts on its arms. */
export const shapesOrder = (experiment: Pick<Layered, 'arms' | 'design'>): boolean =>
  choosesModel(experiment) || experiment.design === 'explore'

/**
 * `model`: the model that orders the list. `swaps`: neighbours in it are swapped, which excludes a list of
 * two teams. Otherwise a layer of the caller, by default the experiment's name.
 */
export function layersOf({ name, design, arms, layer }: Layered): string[] {
  const order = [
    ...(choosesModel({ arms }) ? ['model'] : []),
    ...(design === 'explore' || design === 'team-draft' ? ['swaps'] : []),
  ]
  return order.length > 0 ? order : [layer ?? name]
}

/**
 * The layer that two experiments share while both run for the same callers; undefined if they may run in
 * parallel.
 */
export function conflictOf(a: Scheduled, b: Scheduled): string | undefined {
  if (Date.parse(a.start) >= Date.parse(b.end) || Date.parse(b.start) >= Date.parse(a.end)) return undefined
  const apart = (one: readonly string[] | undefined, other: readonly string[] | undefined) =>
    one !== undefined && other !== undefined && !one.some((name) => other.includes(name))
  if (apart(a.only?.applications, b.only?.applications) || apart(a.only?.keys, b.only?.keys)) return undefined
  const layers = layersOf(b)
  return layersOf(a).find((layer) => layers.includes(layer))
}
