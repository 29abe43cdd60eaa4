// The icon of every page; in the code, so that it exists also when a browser requests it by default
// (/favicon.ico for plain JSON) and without static assets.
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><title>DisRanker</title>' +
  '<rect width="16" height="16" rx="3" fill="#1d5fd1"/>' +
  '<path d="M3 4h10M3 8h7M3 12h4" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>\n'
