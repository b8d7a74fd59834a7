/**
 * Finds members in compact JSON bytes (as `JSON.stringify` writes them: no white space) without parsing them. Used on the
 * bodies of our own events, which the write path has serialised; the fold cannot afford `JSON.parse` for every event.
 */

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** Strings longer than this are skipped by a native search; for shorter ones the call would cost more than it saves. */
const short = 24

/** Position after the string that starts (with its quote) at `at`. */
const afterString = (json: Buffer, at: number): number => {
  let position = at + 1
  for (const end = position + short; position < end;) {
    const byte = json[position]
    if (byte === quote) return position + 1
    if (byte === undefined) throw new Error('JSON ends inside a string')
    position += byte === backslash ? 2 : 1
  }
  for (;;) {
    const found = json.indexOf(quote, position)
    if (found < 0) throw new Error('JSON ends inside a string')
    let backslashes = 0
    while (found - 1 - backslashes >= position && json[found - 1 - backslashes] === backslash) backslashes++
    if (backslashes % 2 === 0) return found + 1
    position = found + 1
  }
}

/** Position after the value that starts at `at`. */
export const afterValue = (json: Buffer, at: number): number => {
  const first = json[at]
  if (first === quote) return afterString(json, at)
  if (first !== openBrace && first !== openBracket) {
    let position = at
    for (
      let byte = json[position];
      byte !== comma && byte !== closeBrace && byte !== closeBracket;
      byte = json[position]
    ) {
      if (byte === undefined) break
      position++
    }
    return position
  }
  let depth = 0
  let position = at
  for (;;) {
    const byte = json[position]
    if (byte === undefined) throw new Error('JSON ends inside a value')
    if (byte === quote) {
      position = afterString(json, position)
      continue
    }
    position++
    if (byte === openBrace || byte === openBracket) depth++
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return position
  }
}

const named = (json: Buffer, at: number, end: number, name: string): boolean => {
  if (end - at !== name.length + 2) return false
  for (let i = 0; i < name.length; i++) if (json[at + 1 + i] !== name.charCodeAt(i)) return false
  return true
}

/** Where the value of the member `name` of the object at `object` starts; -1 where there is no such member. */
export const memberStart = (json: Buffer, object: number, name: string): number => {
  if (json[object] !== openBrace) return -1
  let position = object + 1
  while (json[position] === quote) {
    const afterName = afterString(json, position)
    if (named(json, position, afterName, name)) return afterName + 1
    position = afterValue(json, afterName + 1)
    if (json[position] !== comma) return -1
    position++
  }
  return -1
}
