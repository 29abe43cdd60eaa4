// A request as code to paste: for a shell, and for a TypeScript program. A key is named, never shown.
import type { bodyOf } from './rerank-client.ts'

type Body = ReturnType<typeof bodyOf>

/** One curl command for a POSIX shell. */
export function asCurl(origin: string, body: Body, withKey: boolean): string {
  const key = withKey ? ` \\\n  -H "authorization: Bearer $RERANK_KEY"` : ''
  const quoted = JSON.stringify(body).replaceAll("'", `'\\''`)
  return `curl -s ${origin}/v2/rerank -H 'content-type: application/json'${key} \\\n  -d '${quoted}'`
}

/** A program for Node 22 and later, or any runtime with fetch; it needs no package. */
export function asTypeScript(origin: string, body: Body, withKey: boolean): string {
  const key = withKey ? `, authorization: \`Bearer \${process.env.RERANK_KEY}\`` : ''
  return `const response = await fetch('${origin}/v2/rerank', {
  method: 'POST',
  headers: { 'content-type': 'application/json'${key} },
  body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')}),
})
if (!response.ok) throw new Error(await response.text())
const { results }: { results: { index: number; relevance_score: number }[] } = await response.json()
console.log(results)
`
}
