import type { Budget } from '../evaluate/budget.ts'
import { PlainList } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { matcherOf } from './pattern.ts'
import { arg, overload } from './overload.ts'
import type { Overload } from './overload.ts'
import { byPattern } from './texts.ts'

const find = (args: readonly Value[], budget: Budget): string => {
  const matcher = matcherOf(arg<string>(args, 1), arg<string>(args, 0), budget)
  return matcher.find() ? (matcher.group() ?? '') : ''
}

const findAll = (args: readonly Value[], budget: Budget): PlainList => {
  const [text, pattern] = [arg<string>(args, 0), arg<string>(args, 1)]
  const limit = args.length > 2 ? arg<bigint>(args, 2) : -1n
  const matcher = matcherOf(pattern, text, budget)
  const found: string[] = []
  while ((limit < 0n || found.length < limit) && matcher.find()) {
    budget.toil(4)
    found.push(matcher.group() ?? '')
  }
  return new PlainList(found)
}

/** Kubernetes' `find` and `findAll`. */
export const regex: readonly Overload[] = [
  overload('.find', 'string_find_string', 'string, string -> string', find, byPattern),
  overload('.findAll', 'string_find_all_string', 'string, string -> list(string)', findAll, byPattern),
  overload('.findAll', 'string_find_all_string_int', 'string, string, int -> list(string)', findAll, byPattern),
]
