// The Worker of reads-alone.ts: reads the documents of the ids that it is sent, as the server does, and does nothing else.
import { type DocumentsBinding, documentStore } from '@disranker/edge/document-store'

export default {
  async fetch(request: Request, { DOCUMENTS }: { readonly DOCUMENTS: DocumentsBinding }): Promise<Response> {
    const found = await documentStore(DOCUMENTS).read(await request.json())
    return Response.json({ found: found.size })
  },
}
