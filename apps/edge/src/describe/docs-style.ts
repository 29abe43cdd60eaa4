/** The style of /docs; in the code, so that the page is complete without static assets. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --soft: light-dark(#56606c, #a0abb8);
  --line: light-dark(#d5dbe3, #343c47);
  --raised: light-dark(#f4f6f9, #1d2229);
  --accent: light-dark(#1d5fd1, #7fb0ff);
}
body {
  margin: 0 auto;
  padding: 1.5rem clamp(1rem, 4vw, 3rem);
  max-width: 60rem;
  background: light-dark(#ffffff, #14171c);
  color: light-dark(#1b1f24, #e4e8ee);
  font: 1rem / 1.5 system-ui, sans-serif;
}
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
nav ul { padding: 0; list-style: none; columns: 18rem; }
section { border-top: 1px solid var(--line); }
h2 { margin-bottom: 0; font-size: 1.1rem; overflow-wrap: anywhere; }
.wide, pre { overflow-x: auto; }
pre { padding: 0.75rem; border-radius: 0.5rem; background: var(--raised); }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: normal; }
em, td, dd { color: var(--soft); }
dl { display: grid; grid-template-columns: 3rem 1fr; }
dd { margin: 0; }
`
