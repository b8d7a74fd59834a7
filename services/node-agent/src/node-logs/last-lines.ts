export interface LastLines {
  add(lines: readonly string[]): void
  lines(): readonly string[]
}

/** The last lines of what is added: so many at most, and of so many characters altogether. */
export const lastLines = (most: number, mostCharacters: number): LastLines => {
  let kept: string[] = []
  let from = 0
  let characters = 0
  const lengthOf = (line: string | undefined): number => (line?.length ?? 0) + 1
  return {
    add: lines => {
      for (const line of lines) {
        kept.push(line)
        characters += lengthOf(line)
        while (from < kept.length && (kept.length - from > most || characters > mostCharacters))
          characters -= lengthOf(kept[from++])
      }
      if (from > kept.length / 2) [kept, from] = [kept.slice(from), 0]
    },
    lines: () => kept.slice(from),
  }
}
