// Reads the form at the time of the request, so that a refused list is never ranked instead of another; and
// converts it to and from the state of a link.
import { byId } from '../elements.ts'
import { fromAddress, type PageState, toFragment } from './page-state.ts'

export const query = byId<HTMLInputElement>('query')
export const key = byId<HTMLInputElement>('key')
export const own = byId<HTMLInputElement>('own')
export const texts = byId<HTMLTextAreaElement>('texts')
const here = byId<HTMLInputElement>('here')
const api = byId<HTMLInputElement>('api')
const path = byId<HTMLInputElement>('path')

export const formState = (): PageState => ({
  query: query.value.trim(),
  here: here.checked,
  own: own.checked ? texts.value : undefined,
  api: own.checked ? api.value.trim() : '',
  path: own.checked ? path.value.trim() : '',
})

/** Puts the state of a link into the form. */
export function fillForm(state: PageState): void {
  query.value = state.query
  byId<HTMLInputElement>(state.here ? 'here' : 'edge').checked = true
  api.value = state.api
  path.value = state.path
  byId<HTMLInputElement>(state.own === undefined ? 'example' : 'own').checked = true
  if (state.own !== undefined) texts.value = state.own
}

export const addressState = (): PageState => fromAddress(location)

/** Puts the view into the address, without a new entry in the history for every search. */
export const rememberView = (state: PageState): void =>
  history.replaceState(null, '', location.pathname + toFragment(state))
