/** What is wrong with an expression, and where. */
export interface Fault {
  readonly at: number
  readonly message: string
}

/** Thrown within this package while it reads an expression, and caught where reading begins. */
export class SyntaxFault extends Error {
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

/** `ERROR: <input>:1:5: undeclared reference ...` with the line and a mark below it, as cel-go prints faults. */
export const faultText = (source: string, { at, message }: Fault): string => {
  const before = source.slice(0, at).split('\n')
  const column = [...(before.at(-1) ?? '')].length
  const line = (source.split('\n')[before.length - 1] ?? '').replaceAll('\t', ' ')
  const dots = [...line].slice(0, column).map(character => (character.length > 1 || character > '\u007f' ? '．' : '.'))
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${dots.join('')}^`
}
