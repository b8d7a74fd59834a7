import { Composer, Lexer, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Alias, CST, Document, Node } from 'yaml'
import { E, asBuffer } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { goQuote, int64Of } from '@periplus/api'
import type { Int64, Refusal } from '@periplus/api'

export interface ParsedYaml {
  readonly value: unknown
  /** One complaint for each key that stands twice in one mapping. */
  readonly duplicates: readonly string[]
}

/**
 * Nested deeper than this, a body is refused: the library's composer calls itself for each level, and a stack that runs out at the
 * wrong moment ends the process.
 */
const maxDepth = 200
/** At most this many complaints are listed, as in Kubernetes. */
const maxComplaints = 100
/** What aliases may add to a body, in nodes and characters: each may stand for other aliases. */
const maxAliased = 1024 * 1024

const refused = (why: string): Either<Refusal, never> =>
  E.left({ tag: 'BadRequest', message: `error converting YAML to JSON: yaml: ${why}` })

/** Ends a conversion from any depth. Caught in `parseYaml`. */
class YamlFault extends Error {}

/** Reads a document's nodes in order, each once, and those behind an alias once more for it. */
class Conversion {
  readonly duplicates: string[] = []
  private readonly anchors = new Map<string, Node>()
  private readonly open = new Set<Node>()
  private readonly text: string
  private aliased = 0
  private inAlias = 0

  constructor(text: string) {
    this.text = text
  }

  value(node: unknown, depth = 0): unknown {
    if (node === null || node === undefined) return null
    if (depth > maxDepth) throw new YamlFault('exceeded max depth')
    if (isAlias(node)) return this.behind(node, depth)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) throw new YamlFault('unknown node')
    if (node.anchor !== undefined && this.inAlias === 0) this.anchors.set(node.anchor, node)
    if (isScalar(node)) return this.scalar(node.value)
    this.count(1)
    this.open.add(node)
    const value = isSeq(node)
      ? node.items.map(item => this.value(item, depth + 1))
      : Object.fromEntries(this.members(node.items, depth))
    this.open.delete(node)
    return value
  }

  private behind({ source }: Alias, depth: number): unknown {
    const target = this.anchors.get(source)
    if (target === undefined) throw new YamlFault(`unknown anchor '${source}' referenced`)
    if (this.open.has(target)) throw new YamlFault(`anchor '${source}' value contains itself`)
    this.inAlias++
    const value = this.value(target, depth + 1)
    this.inAlias--
    return value
  }

  private count(size: number): void {
    if (this.inAlias > 0) this.aliased += size
    if (this.aliased > maxAliased) throw new YamlFault('document contains excessive aliasing')
  }

  private members(pairs: readonly { key: unknown; value: unknown }[], depth: number): [string, unknown][] {
    const seen = new Set<string>()
    return pairs.map(({ key, value }) => {
      const name = this.value(key, depth + 1)
      if (typeof name === 'object' && name !== null) throw new YamlFault('a key of a mapping is no scalar')
      const text = String(name)
      if (seen.has(text) && this.inAlias === 0 && this.duplicates.length < maxComplaints)
        this.duplicates.push(`yaml: line ${this.lineOf(key)}: key ${goQuote(text)} already set in map`)
      seen.add(text)
      return [text, this.value(value, depth + 1)]
    })
  }

  /** Where a key stands, counted from 1. */
  private lineOf(key: unknown): number {
    const [start = 0] = (isScalar(key) && key.range) || []
    let line = 1
    for (let at = this.text.indexOf('\n'); at >= 0 && at < start; at = this.text.indexOf('\n', at + 1)) line++
    return line
  }

  private scalar(value: unknown): unknown {
    this.count(1 + (typeof value === 'string' ? value.length : 0))
    if (typeof value === 'bigint') return integerOf(value)
    if (typeof value === 'number' && !Number.isFinite(value)) throw new YamlFault(`json: unsupported value: ${value}`)
    return value ?? null
  }
}

/** The tokens of a text, as long as it doesn't nest too deep. The library's parser keeps its open collections in a list. */
const tokensOf = (text: string): readonly CST.Token[] => {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > maxDepth) throw new YamlFault('exceeded max depth')
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

const documentOf = (text: string): Document => {
  const composer = new Composer({ uniqueKeys: false, intAsBigInt: true, prettyErrors: false, logLevel: 'silent' })
  const [document, ...more] = composer.compose(tokensOf(text), true, text.length)
  if (document === undefined || more.length > 0) throw new YamlFault('expected a single document')
  return document
}

/** What needs more than 64 bits, Go reads as a float. */
const integerOf = (value: bigint): Int64 =>
  BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value ? int64Of(value) : Number(value)

/**
 * One YAML document as JSON would have it. Aliases are followed as far as they make no more of a small body than a large one
 * could hold. The library's parser is not linear in every input: call this where it may take its time.
 */
export const parseYaml = (body: Uint8Array): Either<Refusal, ParsedYaml> => {
  const text = asBuffer(body).toString()
  try {
    const document = documentOf(text)
    const [fault] = document.errors
    if (fault) return refused(fault.message)
    const conversion = new Conversion(text)
    const value = conversion.value(document.contents)
    return E.right({ value, duplicates: conversion.duplicates })
  } catch (fault) {
    if (fault instanceof YamlFault) return refused(fault.message)
    throw fault
  }
}
