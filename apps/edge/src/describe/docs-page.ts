// The description of the API as a page: made on the server, without scripts, with resources of this host
// only.
import { html, raw } from 'hono/html'
import type { OpenApi, Operation } from './openapi.ts'

type Html = ReturnType<typeof html>
type Schema = Readonly<Record<string, unknown>>

/** @param origin of the request, for the curl lines */
export function docsPage(api: OpenApi, origin: string): Html {
  const operations = Object.entries(api.paths).flatMap(([path, { get, post }]) => [
    ...(post ? [{ method: 'POST', path, operation: post }] : []),
    ...(get ? [{ method: 'GET', path, operation: get }] : []),
  ])
  const anchor = (path: string) => path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '')
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>DisRanker: API</title>
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/docs.css">
</head>
<body>
  <header>
    <h1>${api.info.title}: API</h1>
    <p>${api.info.description}</p>
    <p>The same for programs: <a href="/openapi.json">/openapi.json</a>. Where the server wants a key, send it as
      <code>Authorization: Bearer &lt;key&gt;</code>.</p>
  </header>
  <nav aria-label="Paths"><ul>${operations.map(
    ({ method, path }) => html`<li><a href="#${anchor(path)}"><code>${method} ${path}</code></a></li>`,
  )}</ul></nav>
  <main>${operations.map(
    ({ method, path, operation }) => html`
    <section id="${anchor(path)}">
      <h2><code>${method} ${path}</code></h2>
      <p>${operation.summary}.</p>
      ${method === 'POST' ? request(operation, `${origin}${path}`) : ''}
      ${answers(operation)}
    </section>`,
  )}</main>
</body>
</html>`
}

function request(operation: Operation, url: string): Html {
  const { schema, example } = operation.requestBody!.content['application/json']
  // of a body of several APIs; a single API may also use anyOf for alternative fields
  const variants = schema.properties === undefined ? (schema.anyOf as readonly Schema[]) : [schema]
  const body = JSON.stringify(example).replaceAll("'", "'\\''")
  return html`${variants.map(fields)}
      <pre tabindex="0"><code>${`curl -s ${url} -H 'content-type: application/json' \\\n  -d '${body}'`}</code></pre>`
}

function fields(schema: Schema): Html {
  const required = new Set(schema.required as readonly string[] | undefined)
  const rows = Object.entries(schema.properties as Readonly<Record<string, Schema>>)
  return html`
      <div class="wide" tabindex="0" role="region" aria-label="Fields of the body"><table>
        <thead><tr><th scope="col">field</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead>
        <tbody>${rows.map(
          ([name, field]) => html`
          <tr><th scope="row"><code>${name}</code>${required.has(name) ? raw(' <em>required</em>') : ''}</th>
            <td>${typeOf(field)}</td><td>${field.description ?? ''}</td></tr>`,
        )}</tbody>
      </table></div>`
}

function answers({ responses }: Operation): Html {
  return html`<dl>${Object.entries(responses).map(
    ([status, { description }]) => html`<dt>${status}</dt><dd>${description}</dd>`,
  )}</dl>`
}

/** A schema's type in a few words, with its bounds. */
function typeOf(schema: Schema): string {
  if (Array.isArray(schema.anyOf))
    return (schema.anyOf as readonly Schema[])
      .filter(({ type }) => type !== 'null')
      .map(typeOf)
      .join(' or ')
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  const type = [schema.type].flat().filter((name) => name !== 'null')
  if (type[0] === 'array') {
    const most = schema.maxItems === undefined ? '' : `1 to ${schema.maxItems} of `
    return `array: ${most}${typeOf((schema.items ?? {}) as Schema)}`
  }
  if (schema.maxLength !== undefined) return `string of at most ${schema.maxLength} characters`
  const { minimum, maximum } = schema
  if (maximum !== undefined)
    return maximum === 2 ** 31 - 1 ? `integer from ${minimum}` : `integer from ${minimum} to ${maximum}`
  return type.join(' or ') || 'anything'
}
