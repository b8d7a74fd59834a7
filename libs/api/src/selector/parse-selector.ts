import { atOnce, E, isRestDue, own, sortedInSteps } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import type { Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'
import type { Operator, Requirement } from './requirement.ts'
import { compareText } from './requirement.ts'
import { selectorInSteps } from './selector.ts'
import type { Selector } from './selector.ts'
import { tokenReader } from './tokens.ts'
import type { Token, TokenReader } from './tokens.ts'
import { complaintInSteps, keyComplaint } from './validate-requirement.ts'

type Parsed<A> = Either<string, A>

const expected = (token: Token, what: string): Parsed<never> => E.left(`found '${token.text}', expected: ${what}`)
const is = (token: Token, symbol: string): boolean => token.type === 'symbol' && token.text === symbol
const ends = (token: Token): boolean => token.type === 'end' || is(token, ',')

const operators: Readonly<Record<string, Operator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
}

/** The values between the parentheses of `in (a,b)`; an empty place between commas is the empty value. */
function* readValues(tokens: TokenReader): Steps<Parsed<Iterable<string>>> {
  const open = tokens.next()
  if (!is(open, '(')) return E.left(`found '${open.text}' expected: '('`)
  const values = new Set<string>()
  if (is(tokens.peek(), ')')) {
    tokens.next()
    return E.right(values)
  }
  if (tokens.peek().type !== 'word' && !is(tokens.peek(), ',')) return expected(tokens.peek(), "',', ')' or identifier")
  for (;;) {
    if (isRestDue()) yield
    values.add(tokens.peek().type === 'word' ? tokens.next().text : '')
    const token = tokens.next()
    if (is(token, ')')) return E.right(values)
    if (!is(token, ',')) return expected(token, "',' or ')'")
    if (tokens.peek().type !== 'word' && !is(tokens.peek(), ',') && !is(tokens.peek(), ')'))
      return expected(tokens.peek(), "',', or identifier")
  }
}

const readExactValue = (tokens: TokenReader): Parsed<readonly string[]> => {
  if (ends(tokens.peek())) return E.right([''])
  const token = tokens.next()
  return token.type === 'word' ? E.right([token.text]) : expected(token, 'identifier')
}

function* readRequirement(tokens: TokenReader): Steps<Parsed<Requirement>> {
  const negated = is(tokens.peek(), '!')
  if (negated) tokens.next()
  const key = tokens.next()
  if (key.type !== 'word') return expected(key, 'identifier')
  const complaint = keyComplaint(key.text, '<nil>')
  if (complaint !== undefined) return E.left(complaint)
  if (negated || ends(tokens.peek())) return E.right({ key: key.text, operator: negated ? '!' : 'exists', values: [] })
  const operatorToken = tokens.next()
  const operator = own(operators, operatorToken.text)
  if (operator === undefined) return expected(operatorToken, 'in, notin, =, ==, !=, gt, lt')
  const values = operator === 'in' || operator === 'notin' ? yield* readValues(tokens) : readExactValue(tokens)
  if (E.isLeft(values)) return values
  const requirement = { key: key.text, operator, values: yield* sortedInSteps([...values.right], compareText) }
  const wrong = yield* complaintInSteps(requirement)
  return wrong === undefined ? E.right(requirement) : E.left(wrong)
}

function* readRequirements(tokens: TokenReader): Steps<Parsed<readonly Requirement[]>> {
  const requirements: Requirement[] = []
  if (tokens.peek().type === 'end') return E.right(requirements)
  for (;;) {
    if (isRestDue()) yield
    const first = tokens.peek()
    if (first.type !== 'word' && !is(first, '!')) return expected(first, "!, identifier, or 'end of string'")
    const requirement = yield* readRequirement(tokens)
    if (E.isLeft(requirement)) return E.left(`unable to parse requirement: ${requirement.left}`)
    requirements.push(requirement.right)
    const after = tokens.next()
    if (after.type === 'end') return E.right(requirements)
    if (!is(after, ',')) return expected(after, "',' or 'end of string'")
    const next = tokens.peek()
    if (next.type !== 'word' && !is(next, '!')) return expected(next, "identifier after ','")
  }
}

/**
 * Label selector text, such as `app=web,tier!=db,env in (a,b),!old,size>1`, as `labels.Parse` reads it and with its errors;
 * `400 BadRequest` for what it can't read. Time is linear in the text, but for putting values and keys in order.
 */
export function* parseSelectorInSteps(text: string): Steps<Either<Refusal, Selector>> {
  const requirements = yield* readRequirements(tokenReader(text))
  return E.isLeft(requirements)
    ? E.left(badRequest(requirements.left))
    : E.right(yield* selectorInSteps(requirements.right))
}

/** The same at once. */
export const parseSelector = (text: string): Either<Refusal, Selector> => atOnce(parseSelectorInSteps(text))
