// wrangler compiles an imported .wasm file ahead of time.
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
