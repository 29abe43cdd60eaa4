import { expect, it } from 'vitest'
import { plainText } from './plain-text.ts'

it.each([
  ['Men&#39;s <b>red</b> shoes &amp; boots', "Men's red shoes & boots"],
  ['<p>One</p><p>two<br>three</p>', 'One two three'],
  ['super<sub>script</sub>', 'superscript'],
  ['<style>p { color: red }</style>seen<script>alert("<b>")</script>', 'seen'],
  ['caf&eacute; &#x1F600; &nbsp;x', 'café 😀 x'],
  ['5 < 6 and 7 > 3', '5 < 6 and 7 > 3'],
  ['a Map<K, V> of <b>values</b>', 'a Map<K, V> of values'],
  ['a Map<String> and a List<A>', 'a Map<String> and a List<A>'],
  ['if (a<b) { <p>run()', 'if (a<b) { run()'],
  ['vector<int> x; <i>y</i> << 2', 'vector<int> x; y << 2'],
  ['ends in a tag <b', 'ends in a tag <b'],
  ['one <!-- hidden --> two', 'one two'],
  ['AT&T &unknown;', 'AT&T &unknown;'],
])('%s', (html, text) => expect(plainText(html)).toBe(text))
