import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { KubernetesObject } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'

/** An object as a file has it, with the file's name. */
export interface Manifest {
  readonly object: KubernetesObject
  readonly file: string
}

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name)

/** The files that `-f` names, as kubectl takes them: a file, those of a directory in the order of their names, `-` for the input. */
const filesOf = (path: string): readonly string[] => {
  if (path === '-') return [path]
  const about = statSync(path, { throwIfNoEntry: false })
  if (!about) throw new CannotGoOn(`the path ${JSON.stringify(path)} does not exist`)
  if (!about.isDirectory()) return [path]
  const names = readdirSync(path).filter(isManifest).sort()
  if (names.length === 0) throw new CannotGoOn(`there are no files of YAML or JSON in ${path}`)
  return names.map(name => join(path, name)).filter(file => statSync(file).isFile())
}

/** Objects in the order in which they stand; lists are the objects in them. */
export const readManifests = (paths: readonly string[]): readonly Manifest[] =>
  paths.flatMap(filesOf).flatMap(file => {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8')
    return manifestsIn(text, file === '-' ? 'the input' : file)
  })

/** The same of a text; `file` is what it is called where something is wrong with it. */
export const manifestsIn = (text: string, file: string): readonly Manifest[] => {
  const documents = parseAllDocuments(text, { intAsBigInt: true, prettyErrors: true })
  if ('empty' in documents) return []
  return documents.flatMap(document => {
    const [fault] = document.errors
    if (fault) throw new CannotGoOn(`${file}: ${fault.message}`)
    return objectsIn(document.toJS({ maxAliasCount: 100 }) as unknown, file)
  })
}

const objectsIn = (value: unknown, file: string): readonly Manifest[] => {
  if (value === null || value === undefined) return []
  if (!isObject(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string')
    throw new CannotGoOn(`${file}: an object of Kubernetes has an apiVersion and a kind`)
  const items = value['items']
  if (value['kind'].endsWith('List') && Array.isArray(items)) return items.flatMap(item => objectsIn(item, file))
  return [{ object: value as KubernetesObject, file }]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
