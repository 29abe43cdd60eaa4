// Buttons that copy text, and say so; where the clipboard is closed the text is shown, selected, to be copied by hand.
import { byId } from '../elements.ts'

/** @param text what a click copies */
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
