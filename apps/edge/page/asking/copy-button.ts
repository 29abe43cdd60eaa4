// Buttons that copy text and confirm it; if the clipboard is not available, the text is shown and selected
// for copying by hand.
import { byId } from '../elements.ts'

/** @param text the text to copy */
export function offerCopy(button: HTMLElement, text: () => string): void {
  const said = byId('copied')
  const shown = byId<HTMLTextAreaElement>('to-copy')
  button.addEventListener('click', async () => {
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
