import protobuf from 'protobufjs/minimal.js'

/**
 * Protocol buffers as values: a message is written once, as the numbers of its fields, and gives encoder, decoder and types.
 * No descriptor is loaded and no code generated, so nothing is lost when the program is bundled. Numbers are JavaScript's:
 * nanoseconds since the epoch lose their last two digits, which nobody here reads.
 */
export interface Type<Out, In = Out> {
  readonly wire: 0 | 2
  readonly zero: () => Out
  readonly write: (writer: protobuf.Writer, value: In) => void
  readonly read: (reader: protobuf.Reader) => Out
}

/** A member of a message: its number, and how it is written and read. */
export interface Field<Out, In> {
  readonly number: number
  readonly zero: () => Out
  readonly write: (writer: protobuf.Writer, value: In) => void
  /** A method, so that fields of any type fit one record. */
  read(reader: protobuf.Reader, before: Out, wire: number): Out
}

/** UTF-8 text. */
export const string: Type<string> = {
  wire: 2,
  zero: () => '',
  write: (writer, value) => void writer.string(value),
  read: reader => reader.string(),
}

/** Bytes as they are. */
export const bytes: Type<Buffer, Uint8Array> = {
  wire: 2,
  zero: () => Buffer.alloc(0),
  write: (writer, value) => void writer.bytes(value),
  read: reader => Buffer.from(reader.bytes()),
}

/** True or false. */
export const bool: Type<boolean> = {
  wire: 0,
  zero: () => false,
  write: (writer, value) => void writer.bool(value),
  read: reader => reader.bool(),
}

/** int32, int64, uint32, uint64 and enums: all are varints, negative ones of ten bytes. */
export const integer: Type<number> = {
  wire: 0,
  zero: () => 0,
  write: (writer, value) => void writer.int64(value),
  read: reader => Number(reader.int64()),
}

const tag = (number: number, wire: number): number => ((number << 3) | wire) >>> 0

/** A field of proto3 without presence: its zero value is not written. */
export const one = <Out, In>(number: number, type: Type<Out, In>): Field<Out, In> => ({
  number,
  zero: type.zero,
  write: (writer, value) => type.write(writer.uint32(tag(number, type.wire)), value),
  read: reader => type.read(reader),
})

/** A message that may be missing, which means something else than an empty one. */
export const optional = <Out, In>(number: number, type: Type<Out, In>): Field<Out | undefined, In | undefined> => ({
  number,
  zero: () => undefined,
  write: (writer, value) => {
    if (value !== undefined) type.write(writer.uint32(tag(number, type.wire)), value)
  },
  read: reader => type.read(reader),
})

/** Repeated; numbers are written packed and read either way. */
export const many = <Out, In>(number: number, type: Type<Out, In>): Field<readonly Out[], readonly In[]> => ({
  number,
  zero: () => [],
  write: (writer, values) => {
    if (values.length === 0) return
    if (type.wire === 2) for (const value of values) type.write(writer.uint32(tag(number, 2)), value)
    else {
      writer.uint32(tag(number, 2)).fork()
      for (const value of values) type.write(writer, value)
      writer.ldelim()
    }
  },
  read: (reader, before, wire) => {
    if (wire === type.wire) return [...before, type.read(reader)]
    const end = reader.uint32() + reader.pos
    const values = [...before]
    while (reader.pos < end) values.push(type.read(reader))
    return values
  },
})

type ByName<A> = Readonly<Record<string, A>>

/** `map<string, …>`. */
export const entries = <Out, In>(number: number, type: Type<Out, In>): Field<ByName<Out>, ByName<In>> => ({
  number,
  zero: () => ({}),
  write: (writer, values) => {
    for (const [key, value] of Object.entries(values)) {
      writer.uint32(tag(number, 2)).fork().uint32(tag(1, 2)).string(key)
      type.write(writer.uint32(tag(2, type.wire)), value)
      writer.ldelim()
    }
  },
  read: (reader, before) => {
    const entry = read({ key: one(1, string), value: one(2, type) }, reader)
    return { ...before, [entry.key]: entry.value as Out }
  },
})

/** `map<string, string>`. */
export const strings = (number: number): Field<ByName<string>, ByName<string>> => entries(number, string)

type Fields = Readonly<Record<string, Field<unknown, never>>>
type OutOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer Out, never> ? Out : never }
type InOf<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Field<never, infer In> ? In : never }
/** What a message decodes to. */
export type Decoded<T> = T extends Type<infer Out, never> ? Out : never

/** A message, by the names of its fields. */
export const message = <F extends Fields>(fields: F): Type<OutOf<F>, { [K in keyof F]?: InField<F[K]> }> => ({
  wire: 2,
  zero: () => empty(fields),
  write: (writer, value) => {
    writer.fork()
    writeFields(fields, writer, value as InOf<F>)
    writer.ldelim()
  },
  read: reader => read(fields, reader),
})

type InField<F> = F extends { readonly write: (writer: protobuf.Writer, value: infer In) => void } ? In : never

const empty = <F extends Fields>(fields: F): OutOf<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.zero()])) as OutOf<F>

const writeFields = <F extends Fields>(fields: F, writer: protobuf.Writer, value: InOf<F>): void => {
  for (const [name, field] of Object.entries(fields)) {
    const given = (value as Readonly<Record<string, unknown>>)[name]
    if (given !== undefined && given !== '' && given !== 0 && given !== false) field.write(writer, given as never)
  }
}

/** Reads a length-delimited message: its length, then its fields; unknown fields are skipped. */
const read = <F extends Fields>(fields: F, reader: protobuf.Reader): OutOf<F> =>
  readUntil(fields, reader, reader.uint32() + reader.pos)

const readUntil = <F extends Fields>(fields: F, reader: protobuf.Reader, end: number): OutOf<F> => {
  const out = empty(fields) as Record<string, unknown>
  while (reader.pos < end) {
    const head = reader.uint32()
    const found = Object.entries(fields).find(([, { number }]) => number === head >>> 3)
    if (!found) reader.skipType(head & 7)
    else {
      const [name, field] = found as [string, Field<unknown, never>]
      out[name] = field.read(reader, out[name], head & 7)
    }
  }
  return out as OutOf<F>
}

/** The bytes of a message on its own, as gRPC sends it. */
export const encode = <In>(type: Type<unknown, In>, value: In): Buffer => {
  const writer = protobuf.Writer.create()
  type.write(writer, value)
  // `write` frames the message with its length, for use inside of others; on its own it goes without.
  const framed = writer.finish()
  const reader = protobuf.Reader.create(framed)
  reader.uint32()
  return Buffer.from(framed.subarray(reader.pos))
}

/** What the bytes of a message on its own say; throws where they are none. */
export const decode = <Out>(type: Type<Out, never>, content: Uint8Array): Out => {
  const framed = protobuf.Writer.create().bytes(content).finish()
  return type.read(protobuf.Reader.create(framed))
}
