// The page of GET /experiments: without figures, which its script requests with the operator's key.
import { html } from 'hono/html'

/** @param closed whether the server requires a key */
export const experimentsPage = (closed: boolean): ReturnType<typeof html> => html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>DisRanker: experiments</title>
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/docs.css">
  <script src="/experiments.js" type="module"></script>
</head>
<body>
  <header>
    <h1>Experiments</h1>
    <p>What users see and do now. These are counts: whether an arm is better is for the report of <code>npx turbo run experiment</code>.</p>
    <form id="ask"${closed ? '' : html` hidden`}>
      <label for="key">Key of the server</label>
      <input id="key" type="password" autocomplete="off">
      <button>Show</button>
    </form>
    <p id="problem" role="alert" hidden></p>
    <p id="counted" role="status"></p>
  </header>
  <main id="tables"></main>
</body>
</html>`
