// A typed array that grows.

export interface Column<Values> {
  readonly length: number
  /** of at least `length` */
  readonly values: Values
  push(value: number): void
}

type Numbers = Int32Array | Uint8Array | Float64Array

export function createColumn<Values extends Numbers>(Type: new (length: number) => Values): Column<Values> {
  let values = new Type(1024)
  let length = 0
  return {
    get length() {
      return length
    },
    get values() {
      return values
    },
    push(value) {
      if (length === values.length) {
        const larger = new Type(2 * length)
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
  }
}
