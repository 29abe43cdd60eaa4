// wrangler compiles imported .wasm files ahead of time.
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
