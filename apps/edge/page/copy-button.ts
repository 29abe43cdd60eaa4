// A button that copies text, and says so; where the clipboard is closed the text is shown, selected, to be copied by hand.
import { byId } from './elements.ts'

/** @param id of the button */
export function offerCopy(id: string, text: () => string): void {
  const said = byId('copied')
  const shown = byId<HTMLTextAreaElement>('to-copy')
  byId(id).addEventListener('click', async () => {
    const code = text()
    try {
      await navigator.clipboard.writeText(code)
      shown.hidden = true
      said.textContent = `Copied, ${code.length} characters.`
    } catch {
      shown.hidden = false
      shown.value = code
      shown.select()
      said.textContent = 'This browser keeps its clipboard closed. Copy the text below.'
    }
  })
}
