// The Worker of open-writer.ts: it has the store of documents as a binding, and writes the documents that it
// receives. Many writes at a time cost it a quarter of the time that they cost a Node program, which needs a
// separate request for each.
import { type DocumentWriter, documentWriter, type StoreKind } from './document-writer.ts'

interface Env {
  readonly DOCUMENTS: unknown
  readonly KIND: StoreKind
  /** the secret of the program that started it */
  readonly TOKEN: string
}

export default {
  async fetch(request: Request, { DOCUMENTS, KIND, TOKEN }: Env): Promise<Response> {
    if (request.headers.get('authorization') !== TOKEN) return new Response('', { status: 401 })
    const work = new URL(request.url).pathname.slice(1) as keyof DocumentWriter
    try {
      await documentWriter(KIND, DOCUMENTS)[work](await request.json())
      return new Response()
    } catch (error) {
      return new Response(String((error as Error).message ?? error), { status: 500 })
    }
  },
}
