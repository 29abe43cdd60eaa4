import { expect, it } from 'vitest'
import { plainText } from './plain-text.ts'

it.each([
  ['Men&#39;s <b>red</b> shoes &amp; boots', "Men's red shoes & boots"],
  ['<p>One</p><p>two<br>three</p>', 'One two three'],
  ['super<sub>script</sub>', 'superscript'],
  ['<style>p { color: red }</style>seen<script>alert("<b>")</script>', 'seen'],
  ['caf&eacute; &#x1F600; &nbsp;x', 'café 😀 x'],
  ['5 < 6 and 7 > 3', '5 < 6 and 7 > 3'],
  ['AT&T &unknown;', 'AT&T &unknown;'],
])('%s', (html, text) => expect(plainText(html)).toBe(text))
