/** A block of a PEM text (RFC 7468), headers of old included in what stands in it. */
export interface PemBlock {
  readonly type: string
  readonly body: string
}

const begins = /^-----BEGIN ([^\n]*)-----\s*$/
const ends = '-----END '

/** The blocks of a text, each line looked at once: who writes it may begin very many that do not end. */
export const pemBlocks = (text: string): readonly PemBlock[] => {
  const blocks: PemBlock[] = []
  let open: { readonly type: string; readonly lines: string[] } | undefined
  for (const line of text.split('\n')) {
    const [, type] = (line.startsWith('-----BEGIN ') ? begins.exec(line) : undefined) ?? []
    if (type !== undefined) open = { type, lines: [] }
    else if (!line.startsWith(ends)) open?.lines.push(line)
    else {
      if (open && line.startsWith(`${open.type}-----`, ends.length))
        blocks.push({ type: open.type, body: open.lines.join('\n') })
      open = undefined
    }
  }
  return blocks
}
